import * as efs from "@pulumi/aws/efs";
import * as pulumi from "@pulumi/pulumi";
import type { EfsShareConfig } from "../../../config/model";
import type { SharedMount } from "../contract";
import type { Subnet } from "./network";
import { named, policy } from "./placed";

export interface ShareArgs {
  readonly region: string;
  readonly config: EfsShareConfig;
  readonly subnets: readonly Subnet[];
  readonly securityGroup: pulumi.Input<string>;
  /** Whether the engine refuses to delete or replace it. */
  readonly protect: boolean;
}

/** An encrypted file system that every private subnet reaches without leaving its zone. */
export class Share extends pulumi.ComponentResource {
  readonly fileSystemId: pulumi.Output<string>;
  /** What a host mounts, `SERVER:/`, as soon as it can be mounted. */
  readonly source: pulumi.Output<string>;

  constructor(name: string, args: ShareArgs, opts?: pulumi.ComponentResourceOptions) {
    super("antares:aws:Share", name, {}, opts);
    const files = new efs.FileSystem(
      `${name}-files`,
      {
        encrypted: true,
        // Pays for what is moved; a file system that is still small would crawl in other modes.
        throughputMode: "elastic",
        lifecyclePolicies: [
          { transitionToIa: "AFTER_30_DAYS" },
          { transitionToPrimaryStorageClass: "AFTER_1_ACCESS" },
        ],
        tags: named("share"),
      },
      { parent: this, protect: args.protect },
    );
    this.fileSystemId = files.id;
    const opened = { parent: this };
    const backup = { fileSystemId: files.id, backupPolicy: { status: "ENABLED" } };
    new efs.BackupPolicy(`${name}-backup`, backup, opened);
    if (args.config.tunnelPort !== undefined) {
      const rules = { fileSystemId: files.id, policy: onlyEncrypted(files.arn) };
      new efs.FileSystemPolicy(`${name}-policy`, rules, opened);
    }
    const targets = args.subnets.map(
      (subnet) =>
        new efs.MountTarget(
          `${name}-target-${subnet.name}`,
          { fileSystemId: files.id, subnetId: subnet.id, securityGroups: [args.securityGroup] },
          opened,
        ),
    );
    const mountable = pulumi.all([files.dnsName, ...targets.map(({ id }) => id)]);
    this.source = mountable.apply(([server]) => `${server}:/`);
    this.registerOutputs({ source: this.source });
  }
}

/** As Amazon's console writes it: a policy that only denies would lock everybody out. */
function onlyEncrypted(arn: pulumi.Output<string>): pulumi.Output<string> {
  return policy(
    {
      Sid: "MountThroughTargets",
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: [
        "elasticfilesystem:ClientMount",
        "elasticfilesystem:ClientWrite",
        "elasticfilesystem:ClientRootAccess",
      ],
      Resource: arn,
      Condition: { Bool: { "elasticfilesystem:AccessedViaMountTarget": "true" } },
    },
    {
      Sid: "NothingInClear",
      Effect: "Deny",
      Principal: { AWS: "*" },
      Action: "*",
      Resource: arn,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  );
}

/** A file system, and how hosts mount it. */
export interface FoundShare {
  readonly fileSystemId: pulumi.Input<string>;
  readonly mount: SharedMount;
}

/** The share as hosts mount it: a file system of our own, or an existing one. */
export function createShare(
  name: string,
  args: ShareArgs,
  opts: pulumi.ComponentResourceOptions,
): FoundShare {
  const { path, options, fileSystem, tunnelPort } = args.config;
  const { fileSystemId, source } =
    fileSystem === undefined
      ? new Share(name, args, opts)
      : { fileSystemId: fileSystem, source: `${fileSystem}.efs.${args.region}.amazonaws.com:/` };
  const encrypted = tunnelPort === undefined ? {} : { tunnelPort };
  return { fileSystemId, mount: { kind: "efs", path, options, source, ...encrypted } };
}
