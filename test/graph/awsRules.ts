import { isRecord, isSecret } from "./answers";
import { UNKNOWN } from "./golden";
import { byUrn } from "./find";
import type { Registration } from "./registration";
import { each, type Judge, type Rule } from "./rule";

const ofType = (...types: readonly string[]): Judge => {
  const whole = types.map((type) => `aws:${type}`);
  return ({ type }) => whole.includes(type);
};

const INSTANCE = "ec2/instance:Instance";
const DOCUMENT = "ssm/document:Document";
const TEMPLATE = "ec2/launchTemplate:LaunchTemplate";
const GROUP = "autoscaling/group:Group";
const BUILDER = "elastic-image-builder";
const INGRESS = "vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const SERVER = "rds/instance:Instance";
const FILES = "efs/fileSystem:FileSystem";
const BUCKET = "s3/bucket:Bucket";
const MASTER_ADDRESS = "aws-instances-address";

/** The policy documents of a resource; none where the engine does not know them yet. */
function documents({ inputs }: Registration): readonly Readonly<Record<string, unknown>>[] {
  return ["policy", "assumeRolePolicy"].flatMap((key) => {
    const text = inputs[key];
    if (typeof text !== "string" || text === UNKNOWN) return [];
    const document: unknown = JSON.parse(text);
    const statements = isRecord(document) ? document["Statement"] : undefined;
    return Array.isArray(statements) ? statements.filter(isRecord) : [];
  });
}

const isWildcard = (value: unknown): boolean =>
  (Array.isArray(value) ? value : [value]).some(
    (each) => each === "*" || /:\*$/.test(String(each)),
  );

/** Actions that know no resources; AWS takes only `*` for them. */
const WITHOUT_RESOURCES = [
  "ssmmessages:CreateControlChannel",
  "ssmmessages:OpenControlChannel",
  "ec2messages:AcknowledgeMessage",
  "ec2messages:DeleteMessage",
  "ec2messages:FailMessage",
  "ec2messages:GetEndpoint",
  "ec2messages:GetMessages",
  "ec2messages:SendReply",
];

const knowsResources = (actions: unknown): boolean =>
  ![actions].flat().every((action) => WITHOUT_RESOURCES.includes(String(action)));

/** What cloud-init is given, also where the service wants it in base64. */
const userDataOf = ({ type, inputs }: Registration): string => {
  const text = String(inputs["userData"]);
  return type === `aws:${TEMPLATE}` ? Buffer.from(text, "base64").toString() : text;
};

const has = (inputs: unknown, wanted: Readonly<Record<string, unknown>>): boolean =>
  isRecord(inputs) && Object.entries(wanted).every(([key, value]) => inputs[key] === value);

const items = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];

const ignored = ({ options }: Registration): string => String(options["ignoreChanges"]);

/** Beside each bucket, and each closed by these. */
const AROUND_A_BUCKET = [
  "s3/bucketVersioning:BucketVersioning",
  "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "s3/bucketPolicy:BucketPolicy",
];

const CLOSED = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

// What AWS takes in a description of a rule; an apostrophe is not among it.
const DESCRIPTION = /^[a-zA-Z0-9 ._:/()#,@[\]+=&;{}!$*-]{1,255}$/;

const fromOutside: Judge = ({ inputs }) => inputs["cidrIpv4"] !== undefined;

/** Rules over what is made on AWS; graphs of other targets have nothing that could break one. */
export const awsRules: readonly Rule[] = [
  each(
    "what is on AWS goes through the program's own provider",
    ({ type }) => type.startsWith("aws:"),
    ({ provider }, graph) => byUrn(graph, provider)?.name === "aws-provider",
  ),
  each(
    "what holds data, or is known to others, is protected",
    (one, graph) => ofType(SERVER, FILES, BUCKET)(one, graph) || one.name === MASTER_ADDRESS,
    ({ options }) => options["protect"] === true,
  ),
  each("a database is private, encrypted, and leaves a snapshot", ofType(SERVER), (server) => {
    const { inputs } = server;
    const kept = { deletionProtection: true, skipFinalSnapshot: false, storageEncrypted: true };
    const password = inputs["password"];
    return (
      has(inputs, { ...kept, publiclyAccessible: false, multiAz: inputs["multiAz"] === true }) &&
      typeof inputs["finalSnapshotIdentifier"] === "string" &&
      Number(inputs["backupRetentionPeriod"]) > 0 &&
      (isSecret(password) || password === UNKNOWN) &&
      ["allocatedStorage,finalSnapshotIdentifier", "*"].includes(ignored(server))
    );
  }),
  each("a file system is encrypted", ofType(FILES), ({ inputs }) => inputs["encrypted"] === true),
  each("a bucket is versioned, encrypted and closed", ofType(BUCKET), (bucket, graph) => {
    const around = graph.resources.filter(({ dependencies }) => dependencies.includes(bucket.urn));
    const found = AROUND_A_BUCKET.every((type) => around.some((one) => one.type === `aws:${type}`));
    return found && bucket.inputs["forceDestroy"] !== true;
  }),
  each("a bucket is closed in every way", ofType(AROUND_A_BUCKET[3] ?? ""), ({ inputs }) =>
    has(inputs, CLOSED),
  ),
  each(
    "an instance has an encrypted disk and a guarded metadata service",
    ofType(INSTANCE),
    (one) => {
      const { metadataOptions, rootBlockDevice } = one.inputs;
      return (
        has(metadataOptions, { httpTokens: "required" }) &&
        has(rootBlockDevice, { encrypted: true })
      );
    },
  ),
  each(
    "an instance outlives another image, first boot or order of zones",
    (one, graph) => ofType(INSTANCE)(one, graph) && one.name !== BUILDER,
    (one) => ["ami,subnetId,userData,associatePublicIpAddress", "*"].includes(ignored(one)),
  ),
  each("user data is small", ofType(INSTANCE, TEMPLATE), (one) => {
    return Buffer.byteLength(userDataOf(one)) < 16_384;
  }),
  each("a document is small", ofType(DOCUMENT), ({ inputs }) => {
    return Buffer.byteLength(String(inputs["content"])) < 65_536;
  }),
  each("what a group starts is as guarded as an instance", ofType(TEMPLATE), ({ inputs }) => {
    const [disk, ...otherDisks] = items(inputs["blockDeviceMappings"]);
    const [way, ...otherWays] = items(inputs["networkInterfaces"]);
    return (
      has(inputs["metadataOptions"], { httpTokens: "required" }) &&
      has(disk?.["ebs"], { encrypted: "true" }) &&
      has(way, { associatePublicIpAddress: "false" }) &&
      otherDisks.length + otherWays.length === 0
    );
  }),
  each(
    "a group's nodes carry the tag, are waited for by nobody, and are heard before they end",
    ofType(GROUP),
    ({ inputs }) => {
      const tag = { key: "Type", value: "Node-dask-sge", propagateAtLaunch: true };
      const hooks = items(inputs["initialLifecycleHooks"]);
      const transitions = hooks.map((hook) => String(hook["lifecycleTransition"]));
      return (
        items(inputs["tags"]).some((one) => has(one, tag)) &&
        has(inputs, { waitForCapacityTimeout: "0" }) &&
        transitions.join() ===
          "autoscaling:EC2_INSTANCE_LAUNCHING,autoscaling:EC2_INSTANCE_TERMINATING"
      );
    },
  ),
  each(
    "every node is found by its tag, and is not reached from outside",
    (one, graph) =>
      ofType(INSTANCE)(one, graph) && !["aws-instances-master", BUILDER].includes(one.name),
    ({ inputs }) =>
      has(inputs["tags"], { Type: "Node-dask-sge" }) &&
      inputs["associatePublicIpAddress"] === false,
  ),
  each("a rule says why it is there", ofType(INGRESS, EGRESS), ({ inputs }) =>
    DESCRIPTION.test(String(inputs["description"])),
  ),
  each(
    "only the master is opened to addresses outside, for SSH and the status page, and not to the world",
    (one, graph) => ofType(INGRESS)(one, graph) && fromOutside(one, graph),
    ({ name, inputs }) =>
      name.startsWith("aws-security-master-") &&
      [22, 80].includes(Number(inputs["fromPort"])) &&
      inputs["fromPort"] === inputs["toPort"] &&
      Number(String(inputs["cidrIpv4"]).split("/")[1]) >= 8,
  ),
  each(
    "groups have no rules inside of them",
    ofType("ec2/securityGroup:SecurityGroup"),
    (group) => {
      return group.inputs["ingress"] === undefined && group.inputs["egress"] === undefined;
    },
  ),
  each(
    "no right is for everything",
    ofType("iam/rolePolicy:RolePolicy", "iam/role:Role"),
    (resource) => {
      const rights = documents(resource);
      return !rights.some(
        ({ Action, Resource }) =>
          isWildcard(Action) || (isWildcard(Resource) && knowsResources(Action)),
      );
    },
  ),
];
