import * as pulumi from "@pulumi/pulumi";
import type * as implementation from "../ssh/keys";
import type { GeneratedKeyInputs, GeneratedKeyOutputs } from "../ssh/keys";

// Both are serialized into the state of every resource of this type: they capture no value and
// name the compiled module by its path from the program's folder, so that the text never changes.
const lifecycle = (): typeof implementation.generatedKey =>
  require("./dist/providers/ssh/keys.js").generatedKey;
const provider: pulumi.dynamic.ResourceProvider<GeneratedKeyInputs, GeneratedKeyOutputs> = {
  check: (olds, news) => lifecycle().check(olds, news),
  diff: (id, olds, news) => lifecycle().diff(id, olds, news),
  create: (inputs) => lifecycle().create(inputs),
  read: (id, olds) => lifecycle().read(id, olds),
  update: (id, olds, news) => lifecycle().update(id, olds, news),
  delete: (id, olds) => lifecycle().delete(id, olds),
};

/** An ed25519 key pair for SSH that is drawn once and kept until `rotation` changes. */
export class GeneratedKey extends pulumi.dynamic.Resource {
  /** Secret. */
  declare readonly privateKey: pulumi.Output<string>;
  declare readonly publicKey: pulumi.Output<string>;

  constructor(name: string, args: GeneratedKeyInputs, opts?: pulumi.CustomResourceOptions) {
    const props = { ...args, privateKey: undefined, publicKey: undefined };
    const secrets = { additionalSecretOutputs: ["privateKey"] };
    super(provider, name, props, pulumi.mergeOptions(opts, secrets), "antares", "GeneratedKey");
  }
}
