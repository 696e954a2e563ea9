import assert from "node:assert/strict";
import { regions } from "../../../config/rules/aws";
import { AWS, aws, faults } from "./fixture";

const network = (more: object): object => aws({ network: { ...AWS.network, ...more } });
const own = "target is aws and network.vpc is not given";

/** What is given, and the faults that it has. */
const table: readonly (readonly [string, object, readonly string[]])[] = [
  [
    "a VPC too small for its zones",
    network({ cidr: "10.0.0.0/27" }),
    [
      'antares:network.cidr is "10.0.0.0/27": expected a range of /26 or wider: it has to hold 2 zones',
    ],
  ],
  [
    "a VPC that is no private range",
    network({ cidr: "11.0.0.0/16" }),
    [
      'antares:network.cidr is "11.0.0.0/16": expected a private range of IPv4 addresses from its ' +
        "first one on, /16 to /28, such as 10.20.0.0/16",
    ],
  ],
  [
    "overlapping subnets, of one kind and of two",
    network({
      privateCidrs: ["10.20.0.0/18", "10.20.32.0/19"],
      publicCidrs: ["10.20.128.0/26", "10.20.0.0/26"],
    }),
    [
      'antares:network.privateCidrs is ["10.20.0.0/18","10.20.32.0/19"]: expected ranges that do ' +
        "not overlap: 10.20.32.0/19 and 10.20.0.0/18 do",
      'antares:network.publicCidrs is ["10.20.128.0/26","10.20.0.0/26"]: expected ranges that do ' +
        "not overlap: 10.20.0.0/26 and 10.20.0.0/18 do",
    ],
  ],
  [
    "subnets that are too small, outside, or too few",
    network({
      zones: ["a", "b", "c"],
      privateCidrs: ["10.20.0.0/29", "10.20.16.0/20", "10.20.32.0/20"],
      publicCidrs: ["10.21.0.0/26", "10.20.128.0/26", "10.20.129.0/26"],
    }),
    [
      'antares:network.privateCidrs is ["10.20.0.0/29","10.20.16.0/20","10.20.32.0/20"]: expected ' +
        "ranges of /28 or wider: 10.20.0.0/29 is too small",
      'antares:network.publicCidrs is ["10.21.0.0/26","10.20.128.0/26","10.20.129.0/26"]: expected ' +
        "ranges within network.cidr (10.20.0.0/16): 10.21.0.0/26 is outside",
    ],
  ],
  [
    "an unknown region",
    network({ region: "eu-central-9" }),
    [
      'antares:network.region is "eu-central-9": expected an AWS region whose database certificates ' +
        `are known: ${regions.join(", ")}`,
    ],
  ],
  [
    "one zone",
    network({ zones: ["a"] }),
    [
      'antares:network.zones is ["a"]: expected 2 to 6 different letters of availability zones, ' +
        "such as a and b",
    ],
  ],
  [
    "one zone twice",
    network({ zones: ["a", "a"] }),
    [
      'antares:network.zones is ["a","a"]: expected 2 to 6 different letters of availability ' +
        "zones, such as a and b",
    ],
  ],
  [
    "SSH from the world",
    network({ sshFrom: ["198.51.100.0/24", "0.0.0.0/0"] }),
    [
      'antares:network.sshFrom is ["198.51.100.0/24","0.0.0.0/0"]: expected ranges of /8 or ' +
        "narrower, or network.openToWorld: 0.0.0.0/0 is too wide",
    ],
  ],
  [
    "half of the world",
    network({ statusPageFrom: "128.0.0.0/1" }),
    [
      'antares:network.statusPageFrom is "128.0.0.0/1": expected ranges of /8 or narrower, or ' +
        "network.openToWorld: 128.0.0.0/1 is too wide",
    ],
  ],
  [
    "an existing VPC and a range",
    network({
      vpc: "vpc-0a1b2c3d",
      cidr: "10.0.0.0/16",
      privateSubnets: ["subnet-0a1b2c3d", "subnet-0a1b2c3e"],
      publicSubnets: "subnet-0a1b2c3f",
    }),
    [`antares:network.cidr is "10.0.0.0/16": expected no value: it counts only where ${own}`],
  ],
  [
    "an existing VPC without its subnets",
    network({ vpc: "vpc-0a1b2c3d" }),
    [
      "antares:network.privateSubnets: expected 2 to 6 different subnet ids such as " +
        "subnet-0a1b2c3d4e5f60718, each of another zone, because network.vpc is given; it is missing",
      "antares:network.publicSubnets: expected 1 to 6 different subnet ids such as " +
        "subnet-0a1b2c3d4e5f60718, each of another zone, because network.vpc is given; it is missing",
    ],
  ],
];

describe("faults of a network on AWS", () => {
  for (const [title, given, expected] of table) {
    it(title, () => assert.deepEqual(faults({ ...given }), expected));
  }
});
