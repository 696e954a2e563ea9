import { imageId, instanceType, keyPairName } from "../rules/aws";
import { choice, integer, listOf, truth } from "../rules/rule";
import { systemUser } from "../rules/names";
import { defaulted, key } from "./key";

const AWS = "target is aws";

const count = (max: number) =>
  integer({ min: 0, max, expected: `a number of nodes from 0 to ${max}` });

export const computeKeys = {
  image: key({
    path: "compute.image",
    rule: imageId,
    example: "ami-0a1b2c3d4e5f60718",
    defaultNote: "Debian's newest image of Debian 12; looked up, and kept by instances that exist",
    only: AWS,
    description: "Machine image: Debian 12 for x86 processors.",
  }),
  user: defaulted({
    path: "compute.user",
    rule: systemUser,
    default: "admin",
    only: AWS,
    description: "The image's own user, who may use sudo without a password.",
  }),
  keyPair: key({
    path: "compute.keyPair",
    rule: keyPairName,
    example: "operators",
    defaultNote: "one that is made, of the secret sshPrivateKey or of a generated key",
    only: AWS,
    description: "Existing EC2 key pair; its private key is then the secret sshPrivateKey.",
  }),
  masterType: defaulted({
    path: "compute.masterType",
    rule: instanceType,
    default: "m6i.large",
    only: AWS,
    description: "Instance type of the master.",
  }),
  nodeType: defaulted({
    path: "compute.nodeType",
    rule: instanceType,
    default: "m6i.xlarge",
    only: AWS,
    description: "Instance type of the nodes.",
  }),
  diskGib: defaulted({
    path: "compute.diskGib",
    rule: integer({ min: 20, max: 16_384, expected: "a number of GiB from 20 to 16384" }),
    unit: "GiB",
    default: 40,
    only: AWS,
    description: "Encrypted disk of each instance.",
  }),
  nodes: defaulted({
    path: "compute.nodes",
    rule: count(200),
    default: 2,
    only: AWS,
    description: "Fixed nodes: `node1`, `node2` and so on, each a resource of its own.",
  }),
  elasticIp: defaulted({
    path: "compute.elasticIp",
    rule: truth,
    default: true,
    only: AWS,
    description:
      "Whether the master's address stays when it is stopped or made anew. Without it, AWS gives " +
      "another one at each start.",
  }),
};

export const elasticKeys = {
  min: defaulted({
    path: "elastic.min",
    rule: count(1000),
    default: 0,
    only: AWS,
    description: "Nodes that there are at least, beside the fixed ones.",
  }),
  desired: key({
    path: "elastic.desired",
    rule: count(1000),
    example: "0",
    defaultNote: "elastic.min",
    only: AWS,
    description: "Nodes that there are at first; later changes by others stay.",
  }),
  max: defaulted({
    path: "elastic.max",
    rule: count(1000),
    default: 0,
    only: AWS,
    description: "Nodes that there are at most; 0: the fixed ones only.",
  }),
  baked: defaulted({
    path: "elastic.baked",
    rule: truth,
    default: false,
    only: AWS,
    description:
      "Whether they are made from an image with the software inside, which is built once for each " +
      "version of the software, by a machine of its own. They join sooner; the first `up` takes longer.",
  }),
};

export const bucketKeys = {
  oldVersionDays: defaulted({
    path: "bucket.oldVersionDays",
    rule: integer({ min: 1, max: 3650, expected: "a number of days from 1 to 3650" }),
    unit: "days",
    default: 30,
    only: AWS,
    description: "How long what was overwritten or deleted in the bucket can be had back.",
  }),
};

export const powerKey = defaulted({
  path: "power",
  rule: choice(["running", "parked"]),
  default: "running" as const,
  description:
    "`running`, or `parked` on the target `aws`: no nodes, master and database stopped, data and " +
    "address kept.",
});

/** What the engine refuses to delete or replace unless it is allowed by name. */
export const stores = ["database", "share", "bucket", "address"] as const;

/** What is refused unless it is allowed: that stores go, and that the database becomes a later major. */
export const allowances = [...stores, "upgrade"] as const;

export const allowKey = key({
  path: "allow",
  rule: listOf(choice(allowances), {
    min: 0,
    max: allowances.length,
    expected: `a list of ${allowances.join(", ")}, each at most once`,
  }),
  example: "database",
  defaultNote: "`[]`",
  description:
    "What may be deleted or replaced on the target `aws`, for one run: `database`, `share`, " +
    "`bucket` or the master's `address`; `upgrade`: database.major may change, and the data stays. " +
    "Everything else of these is refused already in preview.",
});
