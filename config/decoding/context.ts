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

  constructor(private readonly raw: RawConfig) {
    this.opened = open(raw, this.faults);
  }

  get secrets(): Secrets<string> {
    return this.opened.secrets;
  }

  /** Reader of an object; of an empty one where the operator gave none. */
  reader(subject: string): Reader {
    return this.list(subject)[0] ?? this.empty(subject);
  }

  /** Readers of a list's items. */
  list(subject: string): readonly Reader[] {
    const items = this.opened.subjects.get(subject) ?? [];
    return items.map((item) => new Reader(item, this.faults));
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
