import * as efs from "@pulumi/aws/efs";
import * as pulumi from "@pulumi/pulumi";
import type { EfsShareConfig } from "../../../config/model";
import type { SharedMount } from "../contract";
import type { Subnet } from "./network";
import { named, policy, type Statement } from "./placed";

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
    const allowed = admitted(files.arn, { inClear: args.config.tunnelPort === undefined });
    const rules = { fileSystemId: files.id, policy: allowed };
    const admission = new efs.FileSystemPolicy(`${name}-policy`, rules, opened);
    const targets = args.subnets.map(
      (subnet) =>
        new efs.MountTarget(
          `${name}-target-${subnet.name}`,
          { fileSystemId: files.id, subnetId: subnet.id, securityGroups: [args.securityGroup] },
          opened,
        ),
    );
    // Hosts that go back to a way in clear are refused as long as the policy is of the encrypted one.
    const mountable = pulumi.all([files.dnsName, admission.id, ...targets.map(({ id }) => id)]);
    this.source = mountable.apply(([server]) => `${server}:/`);
    this.registerOutputs({ source: this.source });
  }
}

/**
 * Who may come, as Amazon's console writes it. In clear that is what a file system without a policy admits:
 * one that is there in both cases can be changed ahead of the hosts, where the engine would delete it after all
 * of them. Encrypted, too, it must allow: a policy that only denies would lock everybody out.
 */
function admitted(
  arn: pulumi.Output<string>,
  { inClear }: { readonly inClear: boolean },
): pulumi.Output<string> {
  const mounting: Statement = {
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
  };
  const onlyEncrypted: Statement = {
    Sid: "NothingInClear",
    Effect: "Deny",
    Principal: { AWS: "*" },
    Action: "*",
    Resource: arn,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  return policy(mounting, ...(inClear ? [] : [onlyEncrypted]));
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
