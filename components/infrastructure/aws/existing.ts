import * as ec2 from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import type { AwsNetwork } from "../../../config/awsModel";
import type { Place, Subnets } from "./network";
import { NODE_TAGS } from "./placed";

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

interface Found {
  readonly subnets: readonly FoundSubnet[];
  /** Nodes of this stack in them, whose addresses are not free any more. */
  readonly nodes: number;
}

type FoundSubnet = Pick<
  ec2.GetSubnetResult,
  "id" | "vpcId" | "availabilityZone" | "availableIpAddressCount"
>;

/** A stopped node keeps its address. */
const WITH_ADDRESS = ["pending", "running", "stopping", "stopped"];

function find(
  { privateSubnets: ids }: ExistingArgs["network"],
  opts: pulumi.InvokeOptions,
): pulumi.Output<Found> {
  const own = ec2.getInstancesOutput(
    {
      filters: [{ name: "subnet-id", values: [...ids] }],
      instanceTags: { ...NODE_TAGS, "antares:stack": pulumi.getStack() },
      instanceStateNames: WITH_ADDRESS,
    },
    opts,
  );
  const asked = ids.map((id) => ec2.getSubnetOutput({ id }, opts));
  return pulumi
    .all([pulumi.all(asked), own])
    .apply(([found, { ids: nodes }]) => ({ subnets: found, nodes: nodes.length }));
}

function faultsOf({ subnets: found, nodes }: Found, { network, nodes: wanted }: ExistingArgs) {
  return [
    ...found.flatMap(({ id, vpcId }) => misplaced(id, { vpcId, wanted: network.vpc })),
    ...found.flatMap((one, i) => sharesZone(one, found.slice(0, i))),
    ...withoutAddress({ subnets: found, nodes }, wanted),
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

function withoutAddress(found: Found, { fixed, elastic }: WantedNodes): string[] {
  const free = found.subnets.map(({ availableIpAddressCount }) => availableIpAddressCount);
  const room = free.reduce((sum, one) => sum + one, found.nodes);
  if (fixed + elastic <= room) return [];
  const key = fixed > room ? `compute.nodes is ${fixed}` : `elastic.max is ${elastic}`;
  const [first, ...others] = found.subnets.map(({ id }, i) => ({ id, count: free[i] ?? 0 }));
  const rest = others.map(({ id, count }) => `, ${id} ${count}`).join("");
  const detail = `${found.nodes} nodes are there, ${first?.id} has ${first?.count} free addresses${rest}`;
  return [
    `${key}: expected nodes that find an address: the private subnets have room for ${room} (${detail})`,
  ];
}
