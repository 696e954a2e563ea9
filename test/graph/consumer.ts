import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { projectRoot } from "../../config/root";
import { isRecord } from "./answers";

type Outputs = Readonly<Record<string, unknown>>;

/** A copy of `test/consumer` beside which npm would have installed this package. */
export class Consumer {
  readonly folder = mkdtempSync(join(tmpdir(), "consumer-"));

  constructor() {
    cpSync(join(projectRoot, "test", "consumer"), this.folder, { recursive: true });
    const modules = join(this.folder, "node_modules");
    mkdirSync(modules);
    symlinkSync(projectRoot, join(modules, "antares3-deployment"));
    for (const name of ["@pulumi", "@types"]) {
      symlinkSync(join(projectRoot, "node_modules", name), join(modules, name));
    }
  }

  /** @throws Error with the compiler's words in `stdout` where a type does not fit. */
  compile(): void {
    const compiler = join(projectRoot, "node_modules", "typescript", "bin", "tsc");
    execFileSync(process.execPath, [compiler, "-p", this.folder], { encoding: "utf8" });
  }

  /** Runs it on a stack with these outputs; returns its own. */
  async run(outputs: Outputs): Promise<unknown> {
    const program = join(this.folder, "dist", "index.js");
    delete require.cache[program];
    await pulumi.runtime.setMocks(
      {
        newResource: ({ type, name, inputs }) => {
          const told: unknown = inputs;
          const state = isRecord(told) ? told : {};
          if (type !== "pulumi:pulumi:StackReference") return { id: name, state };
          return { id: name, state: { ...state, outputs } };
        },
        call: ({ token }) => {
          throw new Error(`the consumer called ${token}`);
        },
      },
      "consumer",
      "prod",
      false,
    );
    const load = (): Promise<pulumi.Inputs> => Promise.resolve(required(program));
    const told: unknown = await pulumi.runtime.runInPulumiStack(load);
    await pulumi.runtime.disconnect();
    return told;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function required(program: string): pulumi.Inputs {
  const loaded: unknown = require(program);
  if (!isRecord(loaded)) throw new Error("the consumer exports nothing");
  return { ...loaded };
}
