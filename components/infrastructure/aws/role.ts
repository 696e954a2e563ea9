import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { named, policy } from "./placed";

export interface HostRoleArgs {
  readonly bucketArn: pulumi.Input<string>;
}

/** What a host of the cluster may ask of AWS: the objects of the cluster's own bucket, nothing else. */
export class HostRole extends pulumi.ComponentResource {
  readonly role: iam.Role;
  /** Name of the profile by which instances take the role. */
  readonly profile: pulumi.Output<string>;
  /** What must exist before a host uses its rights. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: HostRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("antares:aws:HostRole", name, {}, opts);
    const parent = this;
    const tags = named("host");
    this.role = new iam.Role(
      `${name}-role`,
      { assumeRolePolicy: takenByInstances(), description: "Hosts of an antares cluster", tags },
      { parent },
    );
    const objects = new iam.RolePolicy(
      `${name}-objects`,
      { role: this.role.name, policy: rightsOn(args.bucketArn) },
      { parent },
    );
    const profile = new iam.InstanceProfile(
      `${name}-profile`,
      { role: this.role.name, tags },
      { parent },
    );
    this.profile = profile.name;
    this.ready = [objects];
    this.registerOutputs({ profile: this.profile });
  }
}

const takenByInstances = () =>
  policy({
    Sid: "TakenByInstances",
    Effect: "Allow",
    Principal: { Service: "ec2.amazonaws.com" },
    Action: "sts:AssumeRole",
  });

function rightsOn(bucket: pulumi.Input<string>): pulumi.Output<string> {
  return policy(
    {
      Sid: "ListBucket",
      Effect: "Allow",
      Action: ["s3:ListBucket", "s3:GetBucketLocation"],
      Resource: bucket,
    },
    {
      Sid: "UseObjects",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
      Resource: pulumi.interpolate`${bucket}/*`,
    },
  );
}
