import { fileSystemId } from "../rules/aws";
import { mountOptions } from "../rules/names";
import { absolutePath, ownDirectory, plainHostAddress } from "../rules/places";
import { choice, truth } from "../rules/rule";
import { defaulted, key } from "./key";

const EFS_ONLY = "share.kind is efs";
const NFS_ONLY = "share.kind is nfs";

/**
 * `hard`: a share that is away makes its users wait, where `soft` would hand them damaged data.
 * `noresvport`: a lost connection is taken up again. `nofail`: a host boots without the share.
 */
const NFS_OPTIONS =
  "nfsvers=4.1,rsize=1048576,wsize=1048576,hard,timeo=600,retrans=2,noresvport,_netdev,nofail";

export const shareKeys = {
  path: defaulted({
    path: "share.path",
    rule: ownDirectory,
    default: "/srv/antares",
    description: "Directory of settings, software, models and data; the same path on every host.",
  }),
  kind: key({
    path: "share.kind",
    rule: choice(["directory", "nfs", "path", "exported", "efs"]),
    example: "nfs",
    required: "target is hosts",
    defaultNote: "directory for one machine, efs on AWS, else none",
    description:
      "`directory`: the one machine's own. `nfs`: mounted from share.server. `path`: the site has " +
      "mounted it there already. `exported`: the master's own, which it exports to the others. " +
      "`efs`: Amazon's Elastic File System, for the target `aws`, which takes no other.",
  }),
  server: key({
    path: "share.server",
    rule: plainHostAddress,
    example: "nfs.example.org",
    required: NFS_ONLY,
    only: NFS_ONLY,
    description: "NFS server.",
  }),
  export: key({
    path: "share.export",
    rule: absolutePath,
    example: "/export/antares",
    required: NFS_ONLY,
    only: NFS_ONLY,
    description: "Path that the server exports; it must not squash root.",
  }),
  options: defaulted({
    path: "share.options",
    rule: mountOptions,
    default: NFS_OPTIONS,
    only: "share.kind is nfs, exported or efs",
    description: "Options of the mount.",
  }),
  fileSystem: key({
    path: "share.fileSystem",
    rule: fileSystemId,
    example: "fs-0a1b2c3d4e5f60718",
    defaultNote: "none: a file system is made",
    only: EFS_ONLY,
    description:
      "An existing file system that has a mount target in each private subnet. Its port 2049 must be open " +
      "to the VPC's range at first, later to the output `awsClusterSecurityGroupId` alone.",
  }),
  encryptInTransit: defaulted({
    path: "share.encryptInTransit",
    rule: truth,
    default: false,
    only: EFS_ONLY,
    description:
      "Whether the way to the file system is encrypted, too, by Debian's stunnel on each host. A file " +
      "system that is made then refuses all else; an existing one keeps its own policy. Before it is " +
      "changed on a cluster that works, drain the nodes (docs/aws-operations.md).",
  }),
};
