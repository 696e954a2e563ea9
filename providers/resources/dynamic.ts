import * as pulumi from "@pulumi/pulumi";

/** A kind of resource whose lifecycle is in the compiled module `M`, e.g. `typeof import("../secret")`. */
export interface Kind<M> {
  readonly type: string;
  /** Path of the module below `providers/`. */
  readonly module: string;
  /** Name under which the module exports the lifecycle. */
  readonly lifecycle: keyof M & string;
  /** Names of the outputs that the state must not show. */
  readonly secrets: readonly string[];
}

/**
 * A resource of a dynamic provider. `pulumi.dynamic.Resource` is not used: it makes the text that the
 * SDK's provider process runs by taking functions apart, for which it loads a compiler of TypeScript
 * in each run, and its text, which the state has twice for every resource, is ten times as long.
 */
export abstract class DynamicResource<M> extends pulumi.CustomResource {
  /** @param props inputs, and `undefined` for each output. */
  constructor(
    { type, module, lifecycle, secrets }: Kind<M>,
    { name, props }: { readonly name: string; readonly props: pulumi.Inputs },
    opts?: pulumi.CustomResourceOptions,
  ) {
    // From the program's folder, where the process works: the text is the same everywhere.
    const code = `exports.handler = () => require("./dist/providers/${module}.js").${lifecycle};`;
    super(
      `pulumi-nodejs:dynamic/antares:${type}`,
      name,
      { ...props, __provider: code },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: [...secrets] }),
    );
  }
}
