import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Document, parseDocument } from "yaml";
import { UserError } from "./userError";

/**
 * A stack's file of configuration, read and written with its comments. `pulumi config set` would
 * need the stack's backend and passphrase, and the file is wanted before there is either.
 */
export class StackFile {
  private constructor(
    readonly name: string,
    private readonly path: string,
    private readonly document: Document,
  ) {}

  /** @throws UserError where there is none, or it is no YAML. */
  static read(stack: string, project: string): StackFile {
    // A full name is ORGANIZATION/PROJECT/STACK; the file has the last part.
    const short = stack.split("/").at(-1) ?? "";
    const name = `Pulumi.${short}.yaml`;
    const path = join(project, name);
    if (!/^[\w.-]+$/.test(short) || !existsSync(path)) {
      throw new UserError(`there is no ${name}`, "npm run image -- STACK, for a stack with a file");
    }
    const document = parseDocument(readFileSync(path, "utf8"));
    const [fault] = document.errors;
    if (fault !== undefined) throw new UserError(`${name}: ${fault.message}`, `correct ${name}`);
    return new StackFile(name, path, document);
  }

  /** A text of the configuration; an object's property may also stand as a dotted key of its own. */
  setting(...keys: readonly string[]): string | undefined {
    const found = this.document.getIn(this.place(keys));
    return typeof found === "string" ? found : undefined;
  }

  set(keys: readonly string[], value: string): this {
    this.document.setIn(this.place(keys), value);
    return this;
  }

  write(): void {
    writeFileSync(
      this.path,
      this.document.toString({ lineWidth: 0, flowCollectionPadding: false }),
    );
  }

  private place(keys: readonly string[]): readonly string[] {
    const dotted = ["config", `antares:${keys.join(".")}`];
    const [subject = "", ...rest] = keys;
    return this.document.hasIn(dotted) ? dotted : ["config", `antares:${subject}`, ...rest];
  }
}
