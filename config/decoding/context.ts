import type { RawConfig } from "../decode";
import type { Fault } from "../fault";
import { NAMESPACE } from "../keys";
import type { SecretName, Secrets } from "../model";
import { open, type Opened } from "./open";
import { Reader } from "./reader";

/** What the decoders of the subjects share: the opened configuration and the faults found so far. */
export class Context {
  readonly faults: Fault[] = [];
  private readonly opened: Opened;
  private readonly readers = new Map<string, readonly Reader[]>();

  constructor(private readonly raw: RawConfig) {
    this.opened = open(raw, this.faults);
  }

  get secrets(): Secrets<string> {
    return this.opened.secrets;
  }

  /** Reader of an object, the same at every call; of an empty one where the operator gave none. */
  reader(subject: string): Reader {
    const [reader = this.empty(subject)] = this.list(subject);
    this.readers.set(subject, [reader]);
    return reader;
  }

  /** Readers of a list's items, the same at every call. */
  list(subject: string): readonly Reader[] {
    const known = this.readers.get(subject);
    if (known !== undefined) return known;
    const items = this.opened.subjects.get(subject) ?? [];
    const readers = items.map((item) => new Reader(item, this.faults));
    this.readers.set(subject, readers);
    return readers;
  }

  /** True where the subject could be taken apart into objects, whatever is in them. */
  readable(subject: string): boolean {
    const path = `${NAMESPACE}:${subject}`;
    return !this.faults.some((fault) => fault.path.replace(/\[\d+\]$/, "") === path);
  }

  /** A fault of a subject as a whole. */
  refuse(subject: string, expected: string): void {
    this.faults.push({ path: `${NAMESPACE}:${subject}`, expected });
  }

  /** Refuses a subject that is given though it cannot count; an empty one is as good as none. */
  forbid(subject: string, only: string): void {
    const given = this.opened.subjects.get(subject) ?? [];
    if (given.every(({ properties }) => properties.size === 0)) return;
    this.refuse(subject, `no value: it counts only where ${only}`);
  }

  /** True where the secret was given, right or wrong. */
  hasSecret(name: SecretName): boolean {
    return Object.hasOwn(this.raw.values, name);
  }

  /** A fault where a secret is missing. */
  requireSecret(name: SecretName, because: string): void {
    if (this.hasSecret(name)) return;
    const path = `${NAMESPACE}:${name}`;
    const command = `pulumi config set --secret ${path}`;
    this.faults.push({
      path,
      expected: `a secret, because ${because}; it is missing (${command})`,
    });
  }

  private empty(subject: string): Reader {
    const at = `${NAMESPACE}:${subject}`;
    return new Reader({ at, concealed: false, properties: new Map() }, this.faults);
  }
}
