import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import { named, policy } from "./placed";

export interface BucketArgs {
  /** How long what was overwritten or deleted can be had back. */
  readonly oldVersionDays: number;
  /** Whether the engine refuses to delete or replace it. */
  readonly protect: boolean;
}

/** A private, encrypted bucket that keeps what was overwritten for a while. */
export class Bucket extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: BucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("antares:aws:Bucket", name, {}, opts);
    const parent = this;
    const data = new s3.Bucket(
      `${name}-data`,
      { tags: named("data") },
      { parent, protect: args.protect },
    );
    this.name = data.bucket;
    this.arn = data.arn;
    const bucket = data.bucket;
    const versioning = new s3.BucketVersioning(
      `${name}-versions`,
      { bucket, versioningConfiguration: { status: "Enabled" } },
      { parent },
    );
    const rule = { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } };
    new s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      { bucket, rules: [rule] },
      { parent },
    );
    new s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      { bucket, rules: lifecycle(args.oldVersionDays) },
      { parent, dependsOn: [versioning] },
    );
    const owner = { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } };
    new s3.BucketOwnershipControls(`${name}-owner`, owner, { parent });
    this.close(name);
    this.registerOutputs({ name: this.name });
  }

  private close(name: string): void {
    const parent = this;
    const bucket = this.name;
    const closed = new s3.BucketPublicAccessBlock(
      `${name}-private`,
      {
        bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      { parent },
    );
    const nothingInClear = policy({
      Sid: "NothingInClear",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [this.arn, pulumi.interpolate`${this.arn}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
    // S3 refuses two changes to the access of one bucket at a time.
    const after = { parent, dependsOn: [closed] };
    new s3.BucketPolicy(`${name}-policy`, { bucket, policy: nothingInClear }, after);
  }
}

function lifecycle(days: number) {
  const everything = { filter: { prefix: "" }, status: "Enabled" };
  return [
    {
      ...everything,
      id: "old-versions",
      noncurrentVersionExpiration: { noncurrentDays: days },
      expiration: { expiredObjectDeleteMarker: true },
    },
    {
      ...everything,
      id: "unfinished-uploads",
      abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
    },
  ];
}
