import { asRecord, isRecord } from "../answers";
import { capitals, tagList } from "./forms";
import type { Row } from "./row";

const BY_PLUGIN = "an instruction to the plugin, no property of what is made";

/** Buckets, of which CloudFormation makes one resource. */
const bucketRows: Readonly<Record<string, Row>> = {
  "aws:s3/bucket:Bucket": {
    type: "AWS::S3::Bucket",
    named: "BucketName",
    attributes: { arn: "Arn" },
    wrong: { inputs: { bucketName: "Data_Of_Antares" }, rule: "E3031" },
  },
  "aws:s3/bucketVersioning:BucketVersioning": {
    type: "AWS::S3::Bucket",
    part: { of: "bucket" },
    wrong: { inputs: { versioningConfiguration: { status: "On" } }, rule: "E3030" },
  },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    type: "AWS::S3::Bucket",
    part: { of: "bucket", under: "BucketEncryption" },
    names: {
      rules: "ServerSideEncryptionConfiguration",
      applyServerSideEncryptionByDefault: "ServerSideEncryptionByDefault",
      sseAlgorithm: "SSEAlgorithm",
    },
    wrong: {
      inputs: { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES128" } }] },
      rule: "E3030",
    },
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    type: "AWS::S3::Bucket",
    part: { of: "bucket", under: "LifecycleConfiguration" },
    forms: { rules: (rules) => ({ Rules: (Array.isArray(rules) ? rules : []).map(lifecycle) }) },
    wrong: { inputs: { rules: [{ id: "x", status: "On" }] }, rule: "E3030" },
  },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
    type: "AWS::S3::Bucket",
    part: { of: "bucket", under: "OwnershipControls" },
    forms: { rule: (rule) => ({ Rules: [capitals(rule)] }) },
    wrong: { inputs: { rule: { objectOwnership: "Mine" } }, rule: "E3030" },
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
    type: "AWS::S3::Bucket",
    part: { of: "bucket", under: "PublicAccessBlockConfiguration" },
    wrong: { inputs: { blockPublicAcls: "maybe" }, rule: "E3012" },
  },
  "aws:s3/bucketPolicy:BucketPolicy": {
    type: "AWS::S3::BucketPolicy",
    wrong: {
      inputs: { policy: '{"Version":"2012-10-17","Statement":[{"Effect":"Refuse"}]}' },
      rule: "E3512",
    },
  },
};

/** A rule of a lifecycle: what is nested in ours is flat there. */
function lifecycle(rule: unknown): unknown {
  if (!isRecord(rule)) return rule;
  const { expiration, filter, ...rest } = rule;
  return {
    ...asRecord(capitals(filter)),
    ...asRecord(capitals(expiration)),
    ...asRecord(capitals(rest)),
  };
}

const fileRows: Readonly<Record<string, Row>> = {
  "aws:efs/fileSystem:FileSystem": {
    type: "AWS::EFS::FileSystem",
    names: { transitionToIa: "TransitionToIA" },
    forms: { tags: (tags) => ({ FileSystemTags: tagList(tags) }) },
    // The name of the server begins with the id.
    attributes: { arn: "Arn", dns: "FileSystemId" },
    wrong: { inputs: { throughputMode: "stretching" }, rule: "E3030" },
  },
  "aws:efs/backupPolicy:BackupPolicy": {
    type: "AWS::EFS::FileSystem",
    part: { of: "fileSystemId" },
    wrong: { inputs: { backupPolicy: { status: "ON" } }, rule: "E3030" },
  },
  "aws:efs/fileSystemPolicy:FileSystemPolicy": {
    type: "AWS::EFS::FileSystem",
    part: { of: "fileSystemId" },
    forms: { policy: (text) => ({ FileSystemPolicy: withoutItself(text) }) },
    wrong: { inputs: { policy: '["nobody"]' }, rule: "E3012" },
  },
  "aws:efs/mountTarget:MountTarget": {
    type: "AWS::EFS::MountTarget",
    wrong: { inputs: { securityGroups: undefined }, rule: "E3003" },
  },
};

/** A policy that is a property of what it is about there, and cannot name it. */
const withoutItself = (text: unknown): unknown =>
  JSON.parse(String(text), (key, value: unknown) => (key === "Resource" ? "*" : value));

const databaseRows: Readonly<Record<string, Row>> = {
  "aws:rds/instance:Instance": {
    type: "AWS::RDS::DBInstance",
    named: "DBInstanceIdentifier",
    names: {
      caCertIdentifier: "CACertificateIdentifier",
      dbSubnetGroupName: "DBSubnetGroupName",
      enabledCloudwatchLogsExports: "EnableCloudwatchLogsExports",
      instanceClass: "DBInstanceClass",
      multiAz: "MultiAZ",
      parameterGroupName: "DBParameterGroupName",
      password: "MasterUserPassword",
      username: "MasterUsername",
      vpcSecurityGroupIds: "VPCSecurityGroups",
    },
    // There a text.
    forms: {
      allocatedStorage: (size) => ({ AllocatedStorage: String(size) }),
      port: (port) => ({ Port: String(port) }),
    },
    without: {
      applyImmediately: BY_PLUGIN,
      finalSnapshotIdentifier: BY_PLUGIN,
      skipFinalSnapshot: BY_PLUGIN,
    },
    attributes: { address: "Endpoint.Address", arn: "DBInstanceArn" },
    wrong: { inputs: { engineVersion: "6" }, rule: "E3691" },
  },
  "aws:rds/parameterGroup:ParameterGroup": {
    type: "AWS::RDS::DBParameterGroup",
    named: "DBParameterGroupName",
    forms: {
      parameters: (list) => ({
        Parameters: Object.fromEntries(
          (Array.isArray(list) ? list : []).map((one) => [one.name, one.value]),
        ),
      }),
    },
    wrong: { inputs: { family: undefined }, rule: "E3003" },
  },
  "aws:rds/subnetGroup:SubnetGroup": {
    type: "AWS::RDS::DBSubnetGroup",
    named: "DBSubnetGroupName",
    names: { description: "DBSubnetGroupDescription" },
    wrong: { inputs: { subnetIds: undefined }, rule: "E3003" },
  },
  "aws:secretsmanager/secret:Secret": {
    type: "AWS::SecretsManager::Secret",
    named: "Name",
    without: { recoveryWindowInDays: "said when a secret is deleted, not when it is made" },
    wrong: { inputs: { description: "x".repeat(2049) }, rule: "E3033" },
  },
  "aws:secretsmanager/secretVersion:SecretVersion": {
    type: "AWS::SecretsManager::Secret",
    part: { of: "secretId" },
    wrong: { inputs: { secretString: { password: "x" } }, rule: "E3012" },
  },
};

/** What holds data. */
export const storeRows: Readonly<Record<string, Row>> = {
  ...bucketRows,
  ...fileRows,
  ...databaseRows,
};
