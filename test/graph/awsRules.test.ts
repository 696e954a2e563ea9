import assert from "node:assert/strict";
import { change, type Change, input, option } from "./change";
import { variants } from "./configuration";
import { type Graph, runProgram } from "./harness";
import { faults } from "./rules";

const right = (action: unknown, resource: unknown): Change =>
  input("policy", JSON.stringify({ Statement: [{ Action: action, Resource: resource }] }));

const BUCKET = "arn:aws:s3:::b";
const SSH = "aws-security-master-ssh-203-0-113-0-24";

/** What is changed at which resource, and how the rule begins that must find it. */
const broken: readonly (readonly [string, string, Change, string])[] = [
  ["another provider", "aws-network-vpc", () => ({ provider: undefined }), "what is on AWS goes"],
  ["a database to lose", "aws-database-server", option("protect", undefined), "what holds data"],
  ["files to lose", "aws-share-files", option("protect", false), "what holds data"],
  ["a bucket to lose", "aws-bucket-data", option("protect", false), "what holds data"],
  ["an address to lose", "aws-instances-address", option("protect", false), "what holds data"],
  ["a public database", "aws-database-server", input("publiclyAccessible", true), "a database is"],
  ["a database in clear", "aws-database-server", input("storageEncrypted", false), "a database is"],
  ["no last snapshot", "aws-database-server", input("skipFinalSnapshot", true), "a database is"],
  ["no backups", "aws-database-server", input("backupRetentionPeriod", 0), "a database is"],
  ["a password in clear", "aws-database-server", input("password", "x"), "a database is"],
  [
    "storage to shrink",
    "aws-database-server",
    option("ignoreChanges", ["finalSnapshotIdentifier"]),
    "a database is",
  ],
  [
    "a server that changes with each run",
    "aws-database-server",
    option("ignoreChanges", ["allocatedStorage"]),
    "a database is",
  ],
  ["files in clear", "aws-share-files", input("encrypted", false), "a file system is"],
  [
    "a bucket that goes full",
    "aws-bucket-data",
    input("forceDestroy", true),
    "a bucket is versioned",
  ],
  [
    "a bucket without versions",
    "aws-bucket-versions",
    () => ({ type: "x" }),
    "a bucket is versioned",
  ],
  ["a public bucket", "aws-bucket-private", input("blockPublicAcls", false), "a bucket is closed"],
  [
    "an open metadata service",
    "aws-instances-node1",
    input("metadataOptions", { httpTokens: "optional" }),
    "an instance has",
  ],
  ["a disk in clear", "aws-instances-node1", input("rootBlockDevice", {}), "an instance has"],
  [
    "a host for a newer image",
    "aws-instances-master",
    option("ignoreChanges", []),
    "an instance out",
  ],
  ["long user data", "aws-instances-node1", input("userData", "x".repeat(16_384)), "user data is"],
  [
    "long user data of a group",
    "elastic-template",
    input("userData", Buffer.from("x".repeat(16_384)).toString("base64")),
    "user data is",
  ],
  [
    "a long document of the agent",
    "elastic-join-document",
    input("content", "x".repeat(65_536)),
    "a document is",
  ],
  [
    "an open metadata service of a group",
    "elastic-template",
    input("metadataOptions", { httpTokens: "optional" }),
    "what a group starts",
  ],
  [
    "a group's disk in clear",
    "elastic-template",
    input("blockDeviceMappings", [{ ebs: { encrypted: "false" } }]),
    "what a group starts",
  ],
  [
    "a group in public",
    "elastic-template",
    input("networkInterfaces", [{ associatePublicIpAddress: "true" }]),
    "what a group starts",
  ],
  ["a group's nodes without the tag", "elastic-group", input("tags", []), "a group's nodes"],
  [
    "a group that is waited for",
    "elastic-group",
    input("waitForCapacityTimeout", "10m"),
    "a group's nodes",
  ],
  [
    "nodes that end unheard",
    "elastic-group",
    input("initialLifecycleHooks", [{ lifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING" }]),
    "a group's nodes",
  ],
  ["a node without its tag", "aws-instances-node2", input("tags", {}), "every node is found"],
  [
    "a node in public",
    "aws-instances-node2",
    input("associatePublicIpAddress", true),
    "every node is found",
  ],
  ["a rule without a reason", "aws-security-share-nfs", input("description", ""), "a rule says"],
  ["a reason that AWS refuses", SSH, input("description", "the operator's"), "a rule says"],
  ["the world", SSH, input("cidrIpv4", "0.0.0.0/0"), "only the master is opened"],
  ["another port outside", SSH, input("fromPort", 8786), "only the master is opened"],
  [
    "a database outside",
    "aws-security-database-postgresql",
    input("cidrIpv4", "203.0.113.0/24"),
    "only the master is opened",
  ],
  ["a rule inside of its group", "aws-security-share", input("ingress", [{}]), "groups have no"],
  [
    "a role's name that is too long",
    "aws-host-role",
    input("name", "r".repeat(65)),
    "a name on AWS",
  ],
  [
    "a schedule's name that is too long",
    "aws-database-power-again",
    input("name", "s".repeat(65)),
    "a name on AWS",
  ],
  ["a group's name that is too long", "elastic-group", input("name", "g".repeat(256)), "a name on"],
  ["a bucket in capitals", "aws-bucket-data", input("bucket", "Data"), "a name on AWS"],
  [
    "a server's name that ends badly",
    "aws-database-server",
    input("identifier", "server-"),
    "a name on AWS",
  ],
  ["a tag of AWS's own", "aws-network-vpc", input("tags", { "aws:x": "y" }), "tags are as"],
  ["a tag that AWS refuses", "aws-network-vpc", input("tags", { Name: "a,b" }), "tags are as"],
  ["a right to do everything", "aws-host-objects", right("s3:*", BUCKET), "no right is for"],
  ["a right on everything", "aws-host-objects", right("s3:GetObject", "*"), "no right is for"],
  [
    "a right on everything beside one that knows no resources",
    "elastic-agent",
    right(["ec2messages:GetMessages", "ssm:GetParameter"], "*"),
    "no right is for",
  ],
];

describe("each rule of what is on AWS", () => {
  let graph: Graph = { resources: [], listeners: [] };
  before(async () => {
    graph = await runProgram({ config: variants.dev, preview: false });
  });

  for (const [title, name, by, expected] of broken) {
    it(`finds ${title}`, () => {
      const found = faults(change(graph, name, by));
      assert.ok(found.length === 1 && found[0]?.startsWith(expected), found.join("\n"));
    });
  }
});
