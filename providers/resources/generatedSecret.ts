import type * as pulumi from "@pulumi/pulumi";
import type * as implementation from "../secret";
import { DynamicResource, type Kind } from "./dynamic";

const generatedSecret: Kind<typeof implementation> = {
  type: "GeneratedSecret",
  module: "secret",
  lifecycle: "generatedSecret",
  secrets: ["value"],
};

export interface GeneratedSecretArgs {
  /** Number of characters, 16 to 128; a later change counts from the next rotation on. */
  readonly length: number;
  /** Another text here, and only that, makes another secret. */
  readonly rotation?: string;
}

/** Letters and digits that are drawn once and kept until `rotation` changes. */
export class GeneratedSecret extends DynamicResource<typeof implementation> {
  /** Secret. */
  declare readonly value: pulumi.Output<string>;

  constructor(name: string, args: GeneratedSecretArgs, opts?: pulumi.CustomResourceOptions) {
    const props = {
      ...args,
      value: undefined,
    };
    super(generatedSecret, { name, props }, opts);
  }
}
