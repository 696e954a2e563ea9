/**
 * The configuration as the program sees it: decoded, defaulted, checked. Plain data, no Pulumi types
 * except that secrets may be wrapped by the loader (type parameter `S`).
 */

/** Names of the top-level secret keys (`antares:NAME`, set with `pulumi config set --secret`). */
export type SecretName =
  | "sshPrivateKey"
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
  readonly share: ShareConfig;
  readonly database: DatabaseConfig;
  readonly software: SoftwareConfig;
  readonly antares: AntaresConfig;
  readonly countries: readonly CountryConfig[];
  readonly service: ServiceConfig;
  readonly secrets: Secrets<S>;
}

export type TargetConfig = SingleTarget;

/** One machine is master and only node. */
export interface SingleTarget {
  readonly kind: "single";
  readonly host: SingleHostConfig;
}

/** How the one machine is called and reached. */
export interface SingleHostConfig {
  /** Identity of the host in resource names, `[a-z][a-z0-9-]*`. */
  readonly name: string;
  readonly access: HostAccessConfig;
}

export type HostAccessConfig =
  | { readonly kind: "local" }
  | {
      readonly kind: "ssh";
      readonly address: string;
      readonly port: number;
      readonly user: string;
      /** Public host key line (`ssh-ed25519 AAAA…`); learned at first contact when not given. */
      readonly hostKey?: string;
    };

export interface ShareConfig {
  /** Absolute path of the shared directory, the same on every host. */
  readonly path: string;
}

export type SslMode = "disable" | "prefer" | "require" | "verify-ca" | "verify-full";

export interface DatabaseConfig {
  /**
   * `local`: PostgreSQL of the distribution, on a cluster of its own on the master.
   * `existing`: a server somebody else runs; without `adminUser` only the application role is given,
   * and extensions are checked, not made.
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
      };
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
