import { cidr, networkCidr, region, subnetId, vpcId, zone } from "../rules/aws";
import { choice, listOf, truth } from "../rules/rule";
import { defaulted, key } from "./key";

const AWS = "target is aws";
const OWN = "target is aws and network.vpc is not given";
const EXISTING = "network.vpc is given";

const ranges = listOf(cidr, {
  min: 1,
  max: 20,
  expected: "1 to 20 different ranges of IPv4 addresses, such as 203.0.113.0/24 or 198.51.100.7/32",
});

const subnetRanges = listOf(cidr, {
  min: 2,
  max: 6,
  expected:
    "different ranges of IPv4 addresses, such as 10.20.0.0/20, one for each of network.zones",
});

const subnetIds = (min: number): ReturnType<typeof listOf<string>> =>
  listOf(subnetId, {
    min,
    max: 6,
    expected: `${min} to 6 different subnet ids such as subnet-0a1b2c3d4e5f60718, each of another zone`,
  });

export const networkKeys = {
  region: key({
    path: "network.region",
    rule: region,
    example: "eu-central-1",
    required: AWS,
    only: AWS,
    description: "Region of everything.",
  }),
  cidr: key({
    path: "network.cidr",
    rule: networkCidr,
    example: "10.20.0.0/16",
    defaultNote: "`10.20.0.0/16`",
    only: OWN,
    description: "Addresses of the VPC that is made.",
  }),
  zones: key({
    path: "network.zones",
    rule: listOf(zone, {
      min: 2,
      max: 6,
      expected: "2 to 6 different letters of availability zones, such as a and b",
    }),
    // One value alone is written without a list; two zones are the least.
    example: ["a", "b"],
    defaultNote: "`[a, b]`",
    only: OWN,
    description:
      "Letters of the availability zones; the master is in the first one. Which there are, AWS tells each " +
      "account; a preview refuses others.",
  }),
  privateCidrs: key({
    path: "network.privateCidrs",
    rule: subnetRanges,
    example: ["10.20.0.0/20", "10.20.16.0/20"],
    required: "network.publicCidrs is given",
    defaultNote: "the lower half of network.cidr, cut into parts of one size",
    only: OWN,
    description: "Addresses of the private subnets, where nodes, share and database are.",
  }),
  publicCidrs: key({
    path: "network.publicCidrs",
    rule: subnetRanges,
    example: ["10.20.128.0/26", "10.20.128.64/26"],
    required: "network.privateCidrs is given",
    defaultNote: "64 addresses for each zone, or fewer, from the middle of network.cidr on",
    only: OWN,
    description: "Addresses of the public subnets, where the master and the NAT gateways are.",
  }),
  nat: defaulted({
    path: "network.nat",
    rule: choice(["single", "perZone"]),
    default: "single" as const,
    only: OWN,
    description:
      "NAT gateways, by which nodes reach package servers. `single`: one, in the first zone. " +
      "`perZone`: one in each, so that the loss of a zone cuts off no other; each costs the same again.",
  }),
  vpc: key({
    path: "network.vpc",
    rule: vpcId,
    example: "vpc-0a1b2c3d4e5f60718",
    defaultNote: "none: a VPC is made",
    only: AWS,
    description:
      "An existing VPC with DNS host names and resolution. Its routes are the site's: private " +
      "subnets need a way out.",
  }),
  privateSubnets: key({
    path: "network.privateSubnets",
    rule: subnetIds(2),
    example: ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"],
    required: EXISTING,
    only: EXISTING,
    description: "Its subnets for nodes, share and database, each in another zone.",
  }),
  publicSubnets: key({
    path: "network.publicSubnets",
    rule: subnetIds(1),
    example: "subnet-0a1b2c3d4e5f60720",
    required: EXISTING,
    only: EXISTING,
    description:
      "Its subnets with a route to the internet; the master is in the first one, whose zone has one of " +
      "network.privateSubnets, too, where the share is made.",
  }),
  sshFrom: key({
    path: "network.sshFrom",
    rule: ranges,
    example: "203.0.113.0/24",
    required: AWS,
    only: AWS,
    description: "Who may reach the master's SSH: the operators and the machine that deploys.",
  }),
  statusPageFrom: key({
    path: "network.statusPageFrom",
    rule: ranges,
    example: "203.0.113.0/24",
    defaultNote: "nobody",
    only: AWS,
    description: "Who may reach port 80 of the master, for a status page that a site puts there.",
  }),
  openToWorld: defaulted({
    path: "network.openToWorld",
    rule: truth,
    default: false,
    only: AWS,
    description:
      "Whether ranges wider than /8, such as 0.0.0.0/0, are meant in network.sshFrom and " +
      "network.statusPageFrom. They are refused otherwise.",
  }),
};
