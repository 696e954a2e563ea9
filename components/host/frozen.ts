import * as pulumi from "@pulumi/pulumi";

/** For `ignoreChanges`: the inputs stay those of the state, whatever the program says. */
export const ALL_INPUTS = ["*"];

/**
 * Leaves a component's resources as the state has them, so that no provider has anything to do. What
 * the configuration changes meanwhile is done when the component is no longer frozen.
 */
export const frozen: pulumi.ResourceTransformation = ({ resource, props, opts }) => {
  // Not `isInstance`: its mark is set after this.
  if (!(resource instanceof pulumi.CustomResource)) return undefined;
  return { props, opts: pulumi.mergeOptions(opts, { ignoreChanges: ALL_INPUTS }) };
};
