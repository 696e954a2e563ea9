import * as ec2 from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import type { AwsNetwork } from "../../../config/awsModel";
import type { Place, Subnets } from "./network";
import { NODE_TAGS, ofStack, subnetOfNode } from "./placed";

export interface ExistingArgs {
  readonly network: Extract<AwsNetwork, { kind: "existing" }>;
  readonly nodes: WantedNodes;
}

/** Nodes that must find an address in the private subnets. */
export interface WantedNodes {
  readonly fixed: number;
  /** At most. */
  readonly elastic: number;
}

/** A network of the site. */
export function existingPlace({
  vpc,
  publicSubnets,
  privateSubnets,
}: ExistingArgs["network"]): Place {
  return { vpcId: vpc, public: subnets(publicSubnets), private: subnets(privateSubnets) };
}

/** Whether it fits is known to AWS alone, which is asked in a preview already. */
export function existingFaults(
  args: ExistingArgs,
  opts: pulumi.InvokeOptions,
): pulumi.Output<readonly string[]> {
  return find(args.network, opts).apply((found) => faultsOf(found, args));
}

function subnets(ids: readonly string[]): Subnets {
  return { subnets: ids.map((id) => ({ name: id, id })), ready: [] };
}

interface FoundSubnet extends Pick<
  ec2.GetSubnetResult,
  "id" | "vpcId" | "availabilityZone" | "availableIpAddressCount"
> {
  /** Nodes of this stack in it, whose addresses are not free any more. */
  readonly nodes: number;
}

/** A stopped node keeps its address. */
const WITH_ADDRESS = ["pending", "running", "stopping", "stopped"];

function find(
  { privateSubnets }: ExistingArgs["network"],
  opts: pulumi.InvokeOptions,
): pulumi.Output<readonly FoundSubnet[]> {
  const asked = privateSubnets.map((id) => {
    const own = ec2.getInstancesOutput(
      {
        filters: [{ name: "subnet-id", values: [id] }],
        instanceTags: { ...NODE_TAGS, ...ofStack() },
        instanceStateNames: WITH_ADDRESS,
      },
      opts,
    );
    return pulumi
      .all([ec2.getSubnetOutput({ id }, opts), own])
      .apply(([subnet, { ids }]) => ({ ...subnet, nodes: ids.length }));
  });
  return pulumi.all(asked);
}

function faultsOf(found: readonly FoundSubnet[], { network, nodes }: ExistingArgs): string[] {
  return [
    ...found.flatMap(({ id, vpcId }) => misplaced(id, { vpcId, wanted: network.vpc })),
    ...found.flatMap((one, i) => sharesZone(one, found.slice(0, i))),
    ...withoutAddress(found, nodes),
  ];
}

function misplaced(id: string, { vpcId, wanted }: { vpcId: string; wanted: string }): string[] {
  if (vpcId === wanted) return [];
  return [`network.privateSubnets: expected subnets of ${wanted}: ${id} is in ${vpcId}`];
}

/** The share takes one mount target in each zone. */
function sharesZone(
  { id, availabilityZone: zone }: FoundSubnet,
  before: readonly FoundSubnet[],
): string[] {
  if (before.every(({ availabilityZone }) => availabilityZone !== zone)) return [];
  const expected = "expected subnets that are each in another zone";
  return [`network.privateSubnets: ${expected}: ${id} is in ${zone}, too`];
}

/** Each fixed node has its subnet; those that come by themselves go where there is room. */
function withoutAddress(found: readonly FoundSubnet[], { fixed, elastic }: WantedNodes): string[] {
  const expected = "expected nodes that find an address";
  const places = Array.from({ length: fixed }, (_, index) => subnetOfNode(index, found));
  const crowded = found.flatMap((subnet) => {
    const wanted = places.filter((place) => place === subnet).length;
    if (wanted <= room(subnet)) return [];
    return [`compute.nodes is ${fixed}: ${expected}: ${wanted} go to ${told(subnet)}`];
  });
  const all = found.reduce((sum, subnet) => sum + room(subnet), 0);
  if (crowded.length > 0 || fixed + elastic <= all) return crowded;
  const detail = found.map(told).join(", ");
  return [`elastic.max is ${elastic}: ${expected} beside ${fixed} fixed ones: ${detail}`];
}

const room = ({ availableIpAddressCount: free, nodes }: FoundSubnet): number => free + nodes;

const told = ({ id, availableIpAddressCount: free, nodes }: FoundSubnet): string =>
  `${id}, which has ${nodes} of them and ${free} free addresses`;
