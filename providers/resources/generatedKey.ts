import type * as pulumi from "@pulumi/pulumi";
import type * as implementation from "../ssh/keys";
import type { GeneratedKeyInputs } from "../ssh/keys";
import { DynamicResource, type Kind } from "./dynamic";

const generatedKey: Kind<typeof implementation> = {
  type: "GeneratedKey",
  module: "ssh/keys",
  lifecycle: "generatedKey",
  secrets: ["privateKey"],
};

/** An ed25519 key pair for SSH that is drawn once and kept until `rotation` changes. */
export class GeneratedKey extends DynamicResource<typeof implementation> {
  /** Secret. */
  declare readonly privateKey: pulumi.Output<string>;
  declare readonly publicKey: pulumi.Output<string>;

  constructor(name: string, args: GeneratedKeyInputs, opts?: pulumi.CustomResourceOptions) {
    const props = { ...args, privateKey: undefined, publicKey: undefined };
    super(generatedKey, { name, props }, opts);
  }
}
