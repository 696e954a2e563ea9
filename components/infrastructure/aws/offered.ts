import * as ec2 from "@pulumi/aws/ec2";
import { getAvailabilityZones } from "@pulumi/aws/getAvailabilityZones";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsTarget } from "../../../config/awsModel";
import { ask, type Question, reasonOf } from "./questions";

/**
 * What the region has not got: zones, which differ from account to account, and types of instances. A
 * parked cluster makes nothing of either.
 */
export async function offeredFaults(
  target: AwsTarget,
  opts: pulumi.InvokeOptions,
): Promise<readonly string[]> {
  if (target.power === "parked") return [];
  const about = "whether it has the zones and types of instances that are configured";
  return ask({ about, questions: [zones, masterType, nodeType] }, target, opts);
}

/** A type of instances; undefined where AWS has none of that name in the region. */
export async function findType(
  instanceType: string,
  opts: pulumi.InvokeOptions,
): Promise<Pick<ec2.GetInstanceTypeResult, "defaultVcpus"> | undefined> {
  try {
    return await ec2.getInstanceType({ instanceType }, opts);
  } catch (error) {
    if (UNKNOWN_TYPE.test(reasonOf(error))) return undefined;
    throw error;
  }
}

/** AWS's own code, and the plugin's words for an answer without a type in it. */
const UNKNOWN_TYPE = /\bInvalidInstanceType\b|no matching EC2 Instance Type found/;

const zones: Question = async ({ region, network }, opts) => {
  if (network.kind === "existing") return [];
  // Local zones and those of telephone networks have neither NAT gateways nor file systems.
  const filters = [{ name: "zone-type", values: ["availability-zone"] }];
  const { names } = await getAvailabilityZones({ filters }, opts);
  const letters = names.map((name) => name.slice(region.length));
  const missing = network.zones.map(({ zone }) => zone).filter((zone) => !letters.includes(zone));
  if (missing.length === 0) return [];
  const expected = `expected availability zones that ${region} has for this account`;
  return [`network.zones: ${expected}, which are ${letters.join(", ")}: not ${missing.join(", ")}`];
};

const masterType: Question = ({ region, compute }, opts) =>
  typeFaults({ key: "compute.masterType", type: compute.masterType, region }, opts);

const nodeType: Question = ({ region, compute }, opts) =>
  typeFaults({ key: "compute.nodeType", type: compute.nodeType, region }, opts);

async function typeFaults(
  { key, type, region }: { readonly key: string; readonly type: string; readonly region: string },
  opts: pulumi.InvokeOptions,
): Promise<readonly string[]> {
  if ((await findType(type, opts)) !== undefined) return [];
  return [`${key} is ${type}: expected a type of instances that AWS has in ${region}`];
}
