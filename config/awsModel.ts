import type { allowances, stores } from "./keys/aws";

/** Amazon Web Services: everything is made there, but for what is given by its id. */
export interface AwsTarget {
  readonly kind: "aws";
  readonly region: string;
  readonly network: AwsNetwork;
  readonly access: AwsAccess;
  readonly compute: ComputeConfig;
  /** Nodes that come and go; none where `max` is 0. */
  readonly elastic: ElasticConfig;
  readonly bucket: { readonly oldVersionDays: number };
  readonly power: "running" | "parked";
  /** What may be deleted or replaced in this run, and whether the database may become a later major. */
  readonly allow: readonly (typeof allowances)[number][];
  /** What a node takes. */
  readonly jobSlots: number;
  readonly daskSlots: number;
}

/** What holds data, or is known to others. */
export type Store = (typeof stores)[number];

export type AwsNetwork =
  | {
      readonly kind: "own";
      readonly cidr: string;
      /** In the operator's order; the master is in the first. */
      readonly zones: readonly ZoneConfig[];
      readonly nat: "single" | "perZone";
    }
  | {
      readonly kind: "existing";
      readonly vpc: string;
      readonly privateSubnets: readonly string[];
      readonly publicSubnets: readonly string[];
    };

/** One availability zone and its two subnets. */
export interface ZoneConfig {
  /** Letter behind the region's name. */
  readonly zone: string;
  readonly private: string;
  readonly public: string;
}

/** Who may come from outside, as ranges of addresses. */
export interface AwsAccess {
  readonly sshFrom: readonly string[];
  readonly statusPageFrom: readonly string[];
}

export interface ElasticConfig {
  readonly min: number;
  readonly desired: number;
  readonly max: number;
  /** Whether they are made from an image with the software inside. */
  readonly baked: boolean;
}

export interface ComputeConfig {
  /** Id of the machine image; looked up where absent. */
  readonly image?: string;
  readonly user: string;
  /** Name of an existing key pair. */
  readonly keyPair?: string;
  readonly masterType: string;
  readonly nodeType: string;
  readonly diskGib: number;
  /** Number of fixed nodes. */
  readonly nodes: number;
  readonly elasticIp: boolean;
}
