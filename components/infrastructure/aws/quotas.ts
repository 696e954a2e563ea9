import * as ec2 from "@pulumi/aws/ec2";
import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity";
import { getServiceQuota } from "@pulumi/aws/servicequotas";
import * as pulumi from "@pulumi/pulumi";
import type { AwsTarget } from "../../../config/awsModel";
import { natZones } from "./network";
import { findType } from "./offered";
import { ofStack } from "./placed";
import { ask, type Question } from "./questions";

/** What an account may have in a region, by its codes in AWS's Service Quotas. */
const QUOTAS = {
  vcpus: ["ec2", "L-1216C47A", "vCPUs of running on-demand standard instances"],
  addresses: ["ec2", "L-0263D0A3", "Elastic IP addresses"],
  networks: ["vpc", "L-F678F1CE", "VPCs"],
} as const;

/** Families of instances that the quota of vCPUs is about. */
const STANDARD = /^[acdhimrtz]\d/;

/**
 * Where the account's quotas have no room for what must be made. What others run counts for addresses
 * and networks; AWS does not say how many vCPUs they have, so those are compared with the whole quota.
 * Nodes that may come and find no room are warned of, and so are quotas that AWS does not tell: `up`
 * then finds out, and goes on where AWS's refusal has stopped it.
 */
export async function quotaFaults(
  target: AwsTarget,
  opts: pulumi.InvokeOptions,
): Promise<readonly string[]> {
  if (target.power === "parked") return [];
  const about = "whether the account has room for what is configured";
  return ask({ about, questions: [vcpus, addresses, networks] }, target, opts);
}

const vcpus: Question = async ({ compute, elastic }, opts) => {
  const of = async (instanceType: string): Promise<number | undefined> =>
    STANDARD.test(instanceType) ? (await findType(instanceType, opts))?.defaultVcpus : 0;
  const asked = [quota("vcpus", opts), of(compute.masterType), of(compute.nodeType)] as const;
  const [most, master, node] = await Promise.all(asked);
  // A type that AWS has not got is told by another question.
  if (master === undefined || node === undefined) return [];
  const fixed = master + compute.nodes * node;
  if (fixed > most) {
    return [
      `compute.nodes is ${compute.nodes}: ${expected("vcpus", most)}; master and nodes would take ${fixed}`,
    ];
  }
  // It is a node by its type, and runs beside the fixed ones until the image is made.
  const builder = elastic.baked && elastic.max > 0 ? node : 0;
  if (fixed + builder > most) {
    const all = `master, nodes and the machine that builds the image would take ${fixed + builder}`;
    return [`elastic.baked is true: ${expected("vcpus", most)}; ${all}`];
  }
  const room = node === 0 ? elastic.max : Math.floor((most - fixed) / node);
  if (room < elastic.max) {
    const key = `antares:elastic.max is ${elastic.max}`;
    await pulumi.log.warn(`${key}: ${expected("vcpus", most)}, which has room for ${room} of them`);
  }
  return [];
};

const addresses: Question = async ({ network, compute }, opts) => {
  const gateways = network.kind === "own" ? natZones(network).length : 0;
  const wanted = gateways + (compute.elasticIp ? 1 : 0);
  if (wanted === 0) return [];
  const [most, all, own] = await Promise.all([
    quota("addresses", opts),
    ec2.getEips({}, opts),
    ec2.getEips({ tags: ofStack() }, opts),
  ]);
  const others = all.allocationIds.length - own.allocationIds.length;
  if (wanted + others <= most) return [];
  const detail = `the master takes ${wanted - gateways}, NAT ${gateways}, and others have ${others}`;
  const key = gateways > 0 ? "network" : "compute.elasticIp";
  return [`${key}: ${expected("addresses", most)}; ${detail}`];
};

const networks: Question = async ({ network }, opts) => {
  if (network.kind === "existing") return [];
  // Those that other accounts share with this one do not count.
  const { accountId } = await getCallerIdentity({}, opts);
  const filters = [{ name: "owner-id", values: [accountId] }];
  const [most, all, own] = await Promise.all([
    quota("networks", opts),
    ec2.getVpcs({ filters }, opts),
    ec2.getVpcs({ filters, tags: ofStack() }, opts),
  ]);
  const others = all.ids.length - own.ids.length;
  if (1 + others <= most) return [];
  return [
    `network: ${expected("networks", most)}; others have ${others}: or name one in network.vpc`,
  ];
};

async function quota(of: keyof typeof QUOTAS, opts: pulumi.InvokeOptions): Promise<number> {
  const [serviceCode, quotaCode] = QUOTAS[of];
  return (await getServiceQuota({ serviceCode, quotaCode }, opts)).value;
}

function expected(of: keyof typeof QUOTAS, most: number): string {
  const [service, code, what] = QUOTAS[of];
  return `expected at most ${most} ${what} in this region (quota ${code} of ${service})`;
}
