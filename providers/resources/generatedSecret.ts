import * as pulumi from "@pulumi/pulumi";
import type * as implementation from "../secret";
import type { GeneratedSecretInputs, GeneratedSecretOutputs } from "../secret";

// Both are serialized into the state of every resource of this type: they capture no value and
// name the compiled module by its path from the program's folder, so that the text never changes.
const lifecycle = (): typeof implementation.generatedSecret =>
  require("./dist/providers/secret.js").generatedSecret;
const provider: pulumi.dynamic.ResourceProvider<GeneratedSecretInputs, GeneratedSecretOutputs> = {
  check: (olds, news) => lifecycle().check(olds, news),
  diff: (id, olds, news) => lifecycle().diff(id, olds, news),
  create: (inputs) => lifecycle().create(inputs),
  read: (id, olds) => lifecycle().read(id, olds),
  update: (id, olds, news) => lifecycle().update(id, olds, news),
  delete: (id, olds) => lifecycle().delete(id, olds),
};

export interface GeneratedSecretArgs {
  /** Number of characters, 16 to 128; a later change counts from the next rotation on. */
  readonly length: number;
  /** Another text here, and only that, makes another secret. */
  readonly rotation?: string;
}

/** Letters and digits that are drawn once and kept until `rotation` changes. */
export class GeneratedSecret extends pulumi.dynamic.Resource {
  /** Secret. */
  declare readonly value: pulumi.Output<string>;

  constructor(name: string, args: GeneratedSecretArgs, opts?: pulumi.CustomResourceOptions) {
    const props = {
      ...args,
      value: undefined,
    };
    const secrets = { additionalSecretOutputs: ["value"] };
    super(provider, name, props, pulumi.mergeOptions(opts, secrets), "antares", "GeneratedSecret");
  }
}
