/**
 * The configuration as the program sees it: decoded, defaulted, checked. Plain data, no Pulumi types
 * except that secrets may be wrapped by the loader (type parameter `S`).
 */

import type { AwsTarget } from "./awsModel";

/** The secrets that hold private keys of SSH users. */
export type SshKeyName = "sshPrivateKey" | "sshNodePrivateKey" | "sshJumpPrivateKey";

/** Names of the top-level secret keys (`antares:NAME`, set with `pulumi config set --secret`). */
export type SecretName =
  | SshKeyName
  | "databaseAdminPassword"
  | "databasePassword"
  | "djangoSecretKey"
  | "usgsPassword"
  | "scihubPassword"
  | "bisLicense";

export type Secrets<S> = Readonly<Partial<Record<SecretName, S>>>;

/** The whole configuration of one stack. */
export interface Config<S = string> {
  readonly target: TargetConfig;
  readonly ssh: SshConfig;
  readonly share: ShareConfig;
  readonly database: DatabaseConfig;
  readonly software: SoftwareConfig;
  readonly antares: AntaresConfig;
  readonly countries: readonly CountryConfig[];
  readonly service: ServiceConfig;
  readonly scheduler: SchedulerConfig;
  readonly dask: DaskConfig;
  readonly secrets: Secrets<S>;
}

export type TargetConfig = SingleTarget | HostsTarget | AwsTarget;

/** One machine is master and only node. */
export interface SingleTarget {
  readonly kind: "single";
  readonly host: SingleHostConfig;
}

/** Existing machines, reached by SSH. */
export interface HostsTarget {
  readonly kind: "hosts";
  /** In the operator's order; exactly one is the master, at least one has slots. */
  readonly hosts: readonly ClusterHostConfig[];
}

/** How the one machine is called and reached. */
export interface SingleHostConfig {
  /** Identity of the host in resource names, `[a-z][a-z0-9-]*`. */
  readonly name: string;
  readonly access: HostAccessConfig;
}

/** One machine of a cluster. */
export interface ClusterHostConfig {
  /** Identity of the host in resource names and in the membership, `[a-z][a-z0-9-]*`. */
  readonly name: string;
  readonly role: "master" | "node" | "jump";
  readonly access: SshAccessConfig;
  /** Secret with the private key of the SSH user. */
  readonly key: SshKeyName;
  /** Name of the host of the same list through which this one is reached. */
  readonly jump?: string;
  /** Both are 0 on a jump host. */
  readonly jobSlots: number;
  readonly daskSlots: number;
}

export type HostAccessConfig = { readonly kind: "local" } | SshAccessConfig;

export interface SshAccessConfig {
  readonly kind: "ssh";
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Public host key line (`ssh-ed25519 AAAA…`); learned at first contact when not given. */
  readonly hostKey?: string;
}

export interface SshConfig {
  /** How long a host that does not answer is waited for. */
  readonly waitSeconds: number;
}

/** The shared directory: an absolute path, the same on every host, and what is mounted there. */
export type ShareConfig =
  /** `directory`: the one machine's own. `path`: mounted there by the site. */
  | { readonly path: string; readonly kind: "directory" | "path" }
  /** The master's own, mounted from there by the other hosts. */
  | { readonly path: string; readonly kind: "exported"; readonly options: string }
  | EfsShareConfig
  | {
      readonly path: string;
      readonly kind: "nfs";
      readonly server: string;
      readonly export: string;
      readonly options: string;
    };

/** Amazon's Elastic File System. */
export interface EfsShareConfig {
  readonly path: string;
  readonly kind: "efs";
  readonly options: string;
  /** Port on each host's loopback through which it is mounted encrypted; absent: in clear. */
  readonly tunnelPort?: number;
  /** An existing one; absent: it is made. */
  readonly fileSystem?: string;
}

export type SslMode = "disable" | "prefer" | "require" | "verify-ca" | "verify-full";

/** A server of Amazon's Relational Database Service that is made. */
export interface RdsConfig {
  readonly kind: "rds";
  readonly port: number;
  readonly sslmode: "verify-full";
  /** Absolute path of the region's certificates on the hosts. */
  readonly caFile: string;
  readonly class: string;
  readonly major: number;
  readonly storageGib: number;
  readonly maxStorageGib: number;
  readonly multiAz: boolean;
  readonly backupDays: number;
}

export interface DatabaseConfig {
  /**
   * `local`: PostgreSQL of the distribution, on a cluster of its own on the master.
   * `existing`: a server somebody else runs; without `adminUser` only the application role is given,
   * and extensions are checked, not made. `rds`: made on AWS.
   */
  readonly server:
    | { readonly kind: "local"; readonly port: number }
    | {
        readonly kind: "existing";
        readonly host: string;
        readonly port: number;
        readonly sslmode: SslMode;
        /** Absolute path, on the deployer and on every host, of the CA bundle for `verify-*`. */
        readonly caFile?: string;
        readonly admin?: { readonly user: string; readonly database: string };
      }
    | RdsConfig;
  /** Database of datacube and antares. */
  readonly name: string;
  /** Application role: owner of the database. */
  readonly user: string;
  /** `minimal`: postgis. `full`: also fuzzystrmatch, postgis_tiger_geocoder, postgis_topology. */
  readonly postgis: "minimal" | "full";
  /** Role without login that owns the tiger and topology schemas of the full set. */
  readonly gisOwner: string;
  /** How the deployer reaches the server: itself, or through the master's SSH. */
  readonly reach: "direct" | "tunnel";
  /** Port on the deployer's loopback for `tunnel`. */
  readonly tunnelPort: number;
}

export interface SoftwareConfig {
  /** Where antares3 comes from; the installed distribution must be `madmex`. */
  readonly source:
    | { readonly kind: "git"; readonly url: string; readonly commit: string }
    | { readonly kind: "wheel"; readonly path: string }
    | { readonly kind: "directory"; readonly path: string };
  /** Line of antares3; decides which datacube it can run on. */
  readonly line: "develop" | "master";
  /** Python interpreter on the hosts. */
  readonly python: string;
  /** Simple index for Python packages; the installer's own default when absent. */
  readonly pythonIndex?: string;
  /** Debian mirror (`http://HOST/debian`); the host's own sources when absent. */
  readonly debianMirror?: string;
  /** datacube version, as the lock has it. */
  readonly datacube: string;
}

export type LogLevel = "DEBUG" | "INFO" | "WARNING" | "ERROR" | "CRITICAL";

/** Keys of antares' own settings file; an absent key is left out of the file. */
export interface AntaresConfig {
  readonly debug: boolean;
  readonly logLevel: LogLevel;
  readonly allowedHosts: string;
  readonly tempDir: string;
  readonly serializedObjectsDir: string;
  readonly ingestionPath: string;
  readonly ingestionBucket?: string;
  readonly driver: string;
  readonly segmentationDir?: string;
  readonly segmentationBucket?: string;
  readonly usgsUser?: string;
  readonly scihubUser?: string;
}

export interface CountryConfig {
  /** ISO 3166-1 alpha-3, upper case. */
  readonly iso: string;
  /** Boundary archive: `https://…`, or a path on the master. */
  readonly archive: string;
  /** sha256 of the archive, 64 hex digits. */
  readonly sha256: string;
}

export interface ServiceConfig {
  /** System user that owns settings and runs datacube and antares. */
  readonly user: string;
  readonly uid: number;
  /** Absolute path, on local disk. */
  readonly home: string;
}

export interface SchedulerConfig {
  /** `none`: dask alone, as processes; on one machine only. */
  readonly kind: "none" | "gridEngine";
  /** Jobs at once on a host that says no other. */
  readonly jobSlots: number;
  /** Queue of the jobs. */
  readonly queue: string;
  /** Whether hosts that are not listed may join. */
  readonly elastic: boolean;
  /** Part of the members that may vanish at once and be taken for dead. */
  readonly brake: number;
}

export interface DaskConfig {
  /** Workers on a host that says no other. */
  readonly slots: number;
  readonly schedulerPort: number;
  readonly dashboardPort: number;
  /** Ports of workers and their nannies, both ends included. */
  readonly workerPorts: { readonly first: number; readonly last: number };
}
