import * as ec2 from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import type { AwsNetwork } from "../../../config/awsModel";
import type { Place, Subnets } from "./network";
import { NODE_TAGS, ofStack, subnetOfNode } from "./placed";

export interface ExistingArgs {
  readonly network: Extract<AwsNetwork, { kind: "existing" }>;
  readonly nodes: WantedNodes;
  /** Whether the share is made: its targets are then in the private subnets, and nowhere else. */
  readonly makesShare: boolean;
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
  const { vpc: id, privateSubnets, publicSubnets } = args.network;
  return pulumi
    .all([ec2.getVpcOutput({ id }, opts), find(privateSubnets, opts), look(publicSubnets, opts)])
    .apply(([vpc, inside, outside]) => faultsOf({ vpc, inside, outside }, args));
}

function subnets(ids: readonly string[]): Subnets {
  return { subnets: ids.map((id) => ({ name: id, id })), ready: [] };
}

interface Found {
  readonly vpc: Pick<ec2.GetVpcResult, (typeof SWITCHES)[number]>;
  readonly inside: readonly FoundSubnet[];
  readonly outside: readonly FoundPlace[];
}

/** The share is found by its name, and Grid Engine asks for the hosts' names both ways. */
const SWITCHES = ["enableDnsHostnames", "enableDnsSupport"] as const;

type FoundPlace = Pick<
  ec2.GetSubnetResult,
  "id" | "vpcId" | "availabilityZone" | "availableIpAddressCount"
>;

interface FoundSubnet extends FoundPlace {
  /** Nodes of this stack in it, whose addresses are not free any more. */
  readonly nodes: number;
}

/** A stopped node keeps its address. */
const WITH_ADDRESS = ["pending", "running", "stopping", "stopped"];

function look(
  ids: readonly string[],
  opts: pulumi.InvokeOptions,
): pulumi.Output<readonly FoundPlace[]> {
  return pulumi.all(ids.map((id) => ec2.getSubnetOutput({ id }, opts)));
}

function find(
  ids: readonly string[],
  opts: pulumi.InvokeOptions,
): pulumi.Output<readonly FoundSubnet[]> {
  const own = ids.map((id) =>
    ec2.getInstancesOutput(
      {
        filters: [{ name: "subnet-id", values: [id] }],
        instanceTags: { ...NODE_TAGS, ...ofStack() },
        instanceStateNames: WITH_ADDRESS,
      },
      opts,
    ),
  );
  return pulumi
    .all([look(ids, opts), pulumi.all(own)])
    .apply(([subnets, nodes]) =>
      subnets.map((subnet, i) => ({ ...subnet, nodes: nodes[i]?.ids.length ?? 0 })),
    );
}

function faultsOf({ vpc, inside, outside }: Found, args: ExistingArgs): string[] {
  const { network, nodes, makesShare } = args;
  return [
    ...withoutNames(vpc, network.vpc),
    ...inside.flatMap((one) => misplaced("privateSubnets", one, network.vpc)),
    ...inside.flatMap((one, i) => sharesZone(one, inside.slice(0, i))),
    ...outside.flatMap((one) => misplaced("publicSubnets", one, network.vpc)),
    ...(makesShare ? outside.slice(0, 1).flatMap((one) => withoutShare(one, inside)) : []),
    ...withoutAddress(inside, nodes),
  ];
}

function withoutNames(vpc: Found["vpc"], id: string): string[] {
  const off = SWITCHES.filter((one) => !vpc[one]);
  if (off.length === 0) return [];
  const expected = "expected a VPC with DNS host names and resolution";
  return [`network.vpc: ${expected}: ${id} has ${off.join(" and ")} off`];
}

function misplaced(
  key: "privateSubnets" | "publicSubnets",
  { id, vpcId }: FoundPlace,
  wanted: string,
): string[] {
  if (vpcId === wanted) return [];
  return [`network.${key}: expected subnets of ${wanted}: ${id} is in ${vpcId}`];
}

/** The share's name is answered in zones that have one of its mount targets. */
function withoutShare(
  { id, availabilityZone: zone }: FoundPlace,
  inside: readonly FoundPlace[],
): string[] {
  const zones = inside.map(({ availabilityZone }) => availabilityZone);
  if (zones.includes(zone)) return [];
  const expected =
    "expected the master's, which is the first, in a zone of network.privateSubnets, where the share is reached";
  const detail = `${id} is in ${zone}, those are in ${zones.join(", ")}`;
  return [`network.publicSubnets: ${expected}: ${detail}`];
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
