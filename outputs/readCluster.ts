import type * as pulumi from "@pulumi/pulumi";
import { OperatorError } from "../config/operatorError";
import { everywhere, onAws, OUTPUTS_VERSION } from "./keys";
import { describe, type Fault, isRecord, object, oneOf, type Values } from "./shape";

/** A cluster on AWS as its stack tells of it. */
export type AwsCluster = Values<typeof everywhere> &
  Values<typeof onAws> & { readonly target: "aws" };

/** A cluster on machines that were there before. */
export type OtherCluster = Values<typeof everywhere> & { readonly target: "single" | "hosts" };

/** A cluster as its stack tells of it. */
export type Cluster = AwsCluster | OtherCluster;

/** What is read of a `pulumi.StackReference`, whichever copy of the SDK it comes from. */
export interface Reference {
  readonly name: pulumi.Output<string>;
  readonly outputs: pulumi.Output<Readonly<Record<string, unknown>>>;
}

/**
 * The outputs of a cluster's stack, for another program:
 *
 *     const cluster = readCluster(new pulumi.StackReference("organization/antares3/prod"));
 *
 * Every key is looked at before any is handed over; what does not fit ends the run, all at once.
 */
export function readCluster(reference: Reference): pulumi.Output<Cluster> {
  return reference.outputs.apply((outputs) =>
    // The name is an input of the program that asks, so it is known here in every run.
    reference.name.apply((name) => parseCluster(name, outputs)),
  );
}

/** The same for a program that works on AWS only. */
export function readAwsCluster(reference: Reference): pulumi.Output<AwsCluster> {
  return readCluster(reference).apply(onlyAws);
}

function onlyAws(cluster: Cluster): AwsCluster {
  if (cluster.target === "aws") return cluster;
  const wanted = "this program wants a cluster on AWS";
  throw new OperatorError(`the stack's target is ${cluster.target}; ${wanted}`);
}

/** @throws OperatorError that names all keys that are not as they should be. */
export function parseCluster(stack: string, outputs: unknown): Cluster {
  const faults: Fault[] = [];
  const cluster = read(outputs, faults);
  if (cluster?.power === "running" && cluster.acceptance === null) {
    const expected = "the verified state of a cluster that runs";
    faults.push({ path: "acceptance", expected, given: undefined });
  }
  if (cluster !== undefined && faults.length === 0) return cluster;
  const number = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
  throw new OperatorError(
    [`the outputs of stack ${stack} have ${number}:`, ...faults.map(describe)].join("\n  "),
  );
}

const head = object({
  outputsVersion: oneOf(OUTPUTS_VERSION),
  target: oneOf("single", "hosts", "aws"),
});
const common = object(everywhere);
const aws = object({ ...everywhere, ...onAws });

function read(outputs: unknown, faults: Fault[]): Cluster | undefined {
  if (isRecord(outputs) && Object.keys(outputs).length === 0) {
    faults.push({ path: "outputs", expected: "a stack that was deployed", given: outputs });
    return undefined;
  }
  const target = head(outputs, "", faults)?.target;
  // In another version the other keys may be anything.
  if (faults.length > 0 || target === undefined) return undefined;
  if (target === "aws") {
    const read = aws(outputs, "", faults);
    return read && { ...read, target };
  }
  const read = common(outputs, "", faults);
  return read && { ...read, target };
}
