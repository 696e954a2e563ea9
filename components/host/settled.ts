import * as pulumi from "@pulumi/pulumi";

/** No host shows it, so a step that were run with it after all would be refused. */
const NOBODYS = "of-a-host-that-was-not-ready";

/**
 * For an input that a plugin requires, where it comes from a resource that may have failed.
 *
 * A run that goes on after an error passes over what depends on a resource that failed, but asks the
 * plugin about its inputs before that. The failed one's outputs are unknown, and left out of the
 * question; a required input that is missing then ends the whole run, other hosts' steps included.
 */
export function orNobodys(value: pulumi.Input<string>): pulumi.Output<string> {
  const output = pulumi.output(value);
  // A preview's unknown values are told to the plugin as such.
  if (pulumi.runtime.isDryRun() || !isSettling(output)) return output;
  return pulumi.output(output.isKnown.then((known) => (known ? output : NOBODYS)));
}

/** Every Output has it, though its declared type does not say so. */
interface Settling {
  readonly isKnown: Promise<boolean>;
}

function isSettling<T extends object>(output: T): output is T & Settling {
  return "isKnown" in output && output.isKnown instanceof Promise;
}
