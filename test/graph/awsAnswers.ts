import assert from "node:assert/strict";
import type { MockCallArgs, MockResourceArgs } from "@pulumi/pulumi/runtime/mocks";

/** True for resources of the cloud and for the plugin that makes them. */
export const isAws = (type: string): boolean =>
  type.startsWith("aws:") || type === "pulumi:providers:aws";

/** What AWS tells of a resource beside what it was given; the engine adds an id to each. */
export function awsOutputs({ type, name }: MockResourceArgs): Readonly<Record<string, unknown>> {
  const arn = `arn:aws:service:region:123456789012:${name}`;
  switch (type) {
    case "aws:ec2/instance:Instance":
      return { arn, privateIp: `private-ip-of-${name}`, publicIp: `public-ip-of-${name}` };
    case "aws:ec2/eip:Eip":
      return { arn, publicIp: `public-ip-of-${name}`, allocationId: `allocation-of-${name}` };
    case "aws:ec2/keyPair:KeyPair":
      return { arn, keyName: `name-of-${name}` };
    case "aws:efs/fileSystem:FileSystem":
      return { arn, dnsName: `dns-of-${name}` };
    case "aws:rds/instance:Instance":
      return { arn, address: `address-of-${name}`, identifier: `identifier-of-${name}` };
    case "aws:ec2/launchTemplate:LaunchTemplate":
      return { arn, latestVersion: 1, name: `name-of-${name}` };
    case "aws:ssm/association:Association":
      return { arn, associationId: `id-of-${name}` };
    case "aws:s3/bucket:Bucket":
      return { arn, bucket: `name-of-${name}` };
    default:
      return { arn, name: `name-of-${name}` };
  }
}

/** An existing network as AWS tells of it. */
export interface FoundNetwork {
  readonly vpc: { readonly enableDnsHostnames: boolean; readonly enableDnsSupport: boolean };
  readonly subnets: Readonly<Record<string, FoundSubnet>>;
}

export interface FoundSubnet {
  readonly vpcId: string;
  readonly availabilityZone: string;
  readonly availableIpAddressCount: number;
  /** How many nodes the stack has in it. */
  readonly nodes: number;
}

const subnet = (zone: string): FoundSubnet => {
  const found = { availabilityZone: `us-east-1${zone}`, availableIpAddressCount: 100, nodes: 0 };
  return { vpcId: "vpc-0a1b2c3d4e5f60718", ...found };
};

/** Two private subnets that nobody is in yet, and a public one. */
export const FOUND_NETWORK: FoundNetwork = {
  vpc: { enableDnsHostnames: true, enableDnsSupport: true },
  subnets: {
    "subnet-0a1b2c3d4e5f60718": subnet("a"),
    "subnet-0a1b2c3d4e5f60719": subnet("b"),
    "subnet-0a1b2c3d4e5f60720": subnet("b"),
  },
};

/** Answers the question for nodes that have an address in a subnet; other stacks' are not ours. */
function nodesIn(network: FoundNetwork, inputs: MockCallArgs["inputs"]): string[] {
  const id = Object.keys(network.subnets).find((one) => JSON.stringify(inputs).includes(one)) ?? "";
  assert.deepEqual(inputs, {
    filters: [{ name: "subnet-id", values: [id] }],
    instanceTags: { Type: "Node-dask-sge", "antares:stack": "dev" },
    instanceStateNames: ["pending", "running", "stopping", "stopped"],
  });
  return ids(network.subnets[id]?.nodes ?? 0);
}

/** An account as AWS tells of it. */
export interface FoundAccount {
  /** Quotas by their code; AWS refuses to tell of others. */
  readonly quotas: Readonly<Record<string, number>>;
  /** How many addresses and networks there are: of anybody, and of the stack. */
  readonly addresses: { readonly all: number; readonly own: number };
  readonly networks: { readonly all: number; readonly own: number };
  /** Letters of the region's zones. */
  readonly zones: readonly string[];
  /** Type of an instance that the region has not got. */
  readonly missing: string;
  /** What the role may not ask. */
  readonly closed: readonly string[];
}

/** A new account, in which AWS has granted more vCPUs. */
export const FOUND_ACCOUNT: FoundAccount = {
  quotas: { "L-1216C47A": 2000, "L-0263D0A3": 5, "L-F678F1CE": 5 },
  addresses: { all: 0, own: 0 },
  networks: { all: 1, own: 0 },
  zones: ["a", "b", "c", "d"],
  missing: "m6i.tiny",
  closed: [],
};

/** Debian's newest. */
const DEBIANS_IMAGE = "ami-0a1b2c3d4e5f60718";

/** Names by which machines have the disk that they boot from, by their image: Debian's, and a site's own. */
const ROOT_DEVICES: Readonly<Record<string, string>> = {
  [DEBIANS_IMAGE]: "/dev/xvda",
  "ami-0a1b2c3d4e5f60719": "/dev/sda1",
};

const VCPUS: Readonly<Record<string, number>> = {
  large: 2,
  xlarge: 4,
  "2xlarge": 8,
  "32xlarge": 128,
};

function vcpusOf(instanceType: string, { missing }: FoundAccount): number {
  if (instanceType === missing) {
    throw refusal(
      "reading EC2 Instance Type: operation error EC2: DescribeInstanceTypes, https response error StatusCode: 400, " +
        `api error InvalidInstanceType: The following supplied instance types do not exist: [${missing}]`,
    );
  }
  const [, size = ""] = instanceType.split(".");
  return VCPUS[size] ?? assert.fail(`no test uses ${instanceType}`);
}

/** As it comes from the engine, where the SDK takes the text from. */
const refusal = (details: string): Error => Object.assign(new Error(details), { details });

const ids = (count: number): string[] => Array.from({ length: count }, (_, i) => `id-${i}`);

/** How many of them a question is about: all, or those with the stack's tag. */
function counted(
  { tags }: Readonly<Record<string, unknown>>,
  { all, own }: { readonly all: number; readonly own: number },
): string[] {
  if (tags !== undefined) assert.match(JSON.stringify(tags), /^\{"antares:stack":"(dev|prod)"\}$/);
  return ids(tags === undefined ? all : own);
}

/** What is asked. */
interface Asked {
  readonly network: FoundNetwork;
  readonly account: FoundAccount;
  /** Of the program's provider. */
  readonly region: string;
}

/** Debian's newest image, or what is known of one by its id, also when it has grown old. */
function imageOf(inputs: MockCallArgs["inputs"]): Readonly<Record<string, unknown>> {
  if (inputs["mostRecent"] === true) return { id: DEBIANS_IMAGE };
  const id = Object.keys(ROOT_DEVICES).find((one) => JSON.stringify(inputs).includes(one));
  if (id === undefined) throw refusal("Your query returned no results");
  const filters = [{ name: "image-id", values: [id] }];
  assert.deepEqual(inputs, { filters, includeDeprecated: true });
  return { id, rootDeviceName: ROOT_DEVICES[id] };
}

/** What AWS answers to a question. @throws Error for one that no test expects. */
export function awsAnswer(
  { token, inputs }: MockCallArgs,
  { network, account, region }: Asked,
): Readonly<Record<string, unknown>> {
  const [, call = ""] = token.split(":get");
  const closed = account.closed.find((one) => one === call);
  if (closed !== undefined) throw refusal(`not authorized to get ${closed}`);
  switch (token) {
    case "aws:servicequotas/getServiceQuota:getServiceQuota": {
      const value = account.quotas[String(inputs["quotaCode"])];
      if (value === undefined) throw refusal("not authorized to perform GetServiceQuota");
      return { ...inputs, value };
    }
    case "aws:ec2/getInstanceType:getInstanceType":
      return { ...inputs, defaultVcpus: vcpusOf(String(inputs["instanceType"]), account) };
    case "aws:index/getAvailabilityZones:getAvailabilityZones":
      assert.deepEqual(inputs, { filters: [{ name: "zone-type", values: ["availability-zone"] }] });
      return { names: account.zones.map((zone) => `${region}${zone}`) };
    case "aws:ec2/getEips:getEips":
      return { allocationIds: counted(inputs, account.addresses) };
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return { accountId: "123456789012" };
    case "aws:ec2/getVpcs:getVpcs":
      assert.deepEqual(inputs["filters"], [{ name: "owner-id", values: ["123456789012"] }]);
      return { ids: counted(inputs, account.networks) };
    case "aws:ec2/getAmi:getAmi":
      return imageOf(inputs);
    case "aws:ec2/getSubnet:getSubnet":
      return { ...inputs, ...network.subnets[String(inputs["id"])] };
    case "aws:ec2/getVpc:getVpc":
      assert.deepEqual(inputs, { id: "vpc-0a1b2c3d4e5f60718" });
      return { ...inputs, ...network.vpc };
    case "aws:ec2/getInstances:getInstances":
      return { ids: nodesIn(network, inputs) };
    default:
      throw new Error(`the program called ${token}: previews of it would need a network`);
  }
}
