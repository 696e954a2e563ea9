import type * as pulumi from "@pulumi/pulumi";
import type { Host } from "../host/host";
import type { DatabaseConnection } from "../../providers/database/connection";

/**
 * What bootstrap needs to know of a cluster, whoever built it. Readiness is inside each value: a
 * share is handed over when it can be mounted, a database when it answers, a host when its preflight
 * passed.
 */
export interface Infrastructure {
  readonly database: DatabaseEndpoint;
  readonly share: SharedMount;
  /** Name of an S3 bucket whose objects the hosts may use. */
  readonly bucket?: pulumi.Input<string>;
  /** The bucket's region. */
  readonly bucketRegion?: string;
  /** The hosts are stopped: nothing may be asked of them, nor of the database. */
  readonly parked?: boolean;
  /** The host that runs the steps which happen once per cluster. */
  readonly master: Host;
  /** The master's name as the cluster's hosts know it. */
  readonly masterFqdn: pulumi.Input<string>;
  /** The hosts that run antares, in configuration order; the master is one where it has slots. */
  readonly nodes: readonly Node[];
}

/** A host that takes work. */
export interface Node {
  readonly host: Host;
  /** Jobs that it runs at once. */
  readonly jobSlots: number;
  /** dask workers on it, beside the jobs. */
  readonly daskSlots: number;
}

/** A PostgreSQL server that answers. */
export interface DatabaseEndpoint {
  /** Address as the cluster's hosts see it. */
  readonly host: pulumi.Input<string>;
  readonly port: number;
  readonly sslmode: DatabaseConnection["sslmode"];
  /** Path of the CA bundle on the hosts, for `verify-*`. */
  readonly caFile?: string;
  /** Path of the same on the deployer, from the program's folder. */
  readonly deployerCaFile?: string;
  /** Text of that bundle. */
  readonly ca?: string;
  /** Whether the bundle must be written to `caFile`, which is on the share; else it is there. */
  readonly writesCa?: boolean;
  /** Who may create roles, databases and extensions; absent where only the application role is given. */
  readonly admin?: DatabaseAdmin;
  /** How the deployer's own connections get there; absent: directly. */
  readonly tunnel?: DatabaseTunnel;
  /** Resources that must exist before anybody connects. */
  readonly ready: readonly pulumi.Resource[];
}

export interface DatabaseAdmin {
  readonly user: string;
  readonly password: pulumi.Input<string>;
  /** Maintenance database to connect to. */
  readonly database: string;
}

export interface DatabaseTunnel {
  /** The host whose SSH carries the connections. */
  readonly through: Host;
  /** Port on the deployer's loopback. */
  readonly port: number;
}

/** A directory that all hosts see at the same path. */
export type SharedMount =
  /** `directory`: the one machine's own. `path`: the site has mounted it there already. */
  | { readonly path: string; readonly kind: "directory" | "path" }
  | {
      readonly path: string;
      readonly kind: "nfs";
      /** `SERVER:/export` */
      readonly source: pulumi.Input<string>;
      readonly options: string;
    }
  /** Amazon's file system. */
  | {
      readonly path: string;
      readonly kind: "efs";
      /** `SERVER:/` */
      readonly source: pulumi.Input<string>;
      readonly options: string;
      /** Port on each host's loopback through which it is mounted encrypted; absent: in clear. */
      readonly tunnelPort?: number;
    }
  /** The master's own, which the other hosts mount from it. */
  | { readonly path: string; readonly kind: "exported"; readonly options: string };
