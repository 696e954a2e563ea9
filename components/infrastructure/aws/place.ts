import * as pulumi from "@pulumi/pulumi";
import type { AwsTarget } from "../../../config/awsModel";
import type { Config } from "../../../config/model";
import { existingFaults, existingPlace } from "./existing";
import { Network, type Place } from "./network";
import { offeredFaults } from "./offered";
import { quotaFaults } from "./quotas";
import { refuse } from "./refuse";

export interface PlaceArgs {
  readonly target: AwsTarget;
  readonly share: Config<unknown>["share"];
}

/**
 * The place that the configuration says: a VPC of our own, or an existing one. Its private subnets are
 * handed over when AWS's answers fit, of the network, the region and the room in the account.
 */
export function createPlace(
  name: string,
  args: PlaceArgs,
  opts: pulumi.ComponentResourceOptions & pulumi.InvokeOptions,
): Place {
  const { region, network } = args.target;
  const account = [offeredFaults(args.target, opts), quotaFaults(args.target, opts)];
  if (network.kind === "own") {
    const made = new Network(name, { region, network }, opts);
    return handedOver(made, account);
  }
  const found = existingFaults({ network, ...wantedOf(args) }, opts);
  return handedOver(existingPlace(network), [found, ...account]);
}

/** What an existing network must have room and targets for. */
function wantedOf({ target, share }: PlaceArgs) {
  const elastic = target.power === "parked" ? 0 : target.elastic.max;
  const makesShare = share.kind === "efs" && share.fileSystem === undefined;
  return { nodes: { fixed: target.compute.nodes, elastic }, makesShare };
}

function handedOver(
  { vpcId, public: outside, private: inside }: Place,
  answers: readonly pulumi.Input<readonly string[]>[],
): Place {
  const fits = pulumi.all([...answers]).apply((faults) => refuse(faults.flat()));
  const subnets = inside.subnets.map(({ name, id }) => ({
    name,
    id: pulumi.all([id, fits]).apply(([given]) => given),
  }));
  return { vpcId, public: outside, private: { ...inside, subnets } };
}
