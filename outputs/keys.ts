import { anyText, count, listOf, nullable, object, oneOf, optional, recordOf, text } from "./shape";

/**
 * Raised where the meaning of a key changes or a key goes; a further key raises nothing. A reader
 * understands one version.
 */
export const OUTPUTS_VERSION = 1;

/** The verified state of a cluster. */
const acceptance = object({
  schema: oneOf("ready"),
  migrations: object({ expected: count, applied: count, last: text }),
  countries: listOf(object({ iso: text, regions: count })),
  nodes: listOf(object({ name: text, files: count, antares: text })),
  gridEngine: nullable(
    object({
      hosts: listOf(object({ name: text, jobSlots: count, daskSlots: count })),
      queues: listOf(text),
      slots: count,
    }),
  ),
  dask: object({ workers: count, nodes: listOf(text) }),
  versions: recordOf(nullable(text)),
});

/** What every stack tells, as one table for the program that tells it and those that read it. */
export const everywhere = {
  outputsVersion: oneOf(OUTPUTS_VERSION),
  /** Whether it runs, or is parked: then no host answers. */
  power: oneOf("running", "parked"),
  masterName: text,
  /** The master's name as the cluster's hosts know it. */
  masterFqdn: text,
  /**
   * Where the master's SSH is reached from outside; missing where the deployer is the master, empty
   * where a parked one has no address of its own.
   */
  masterAddress: optional(anyText),
  /** The hosts that run antares, without those that come and go. */
  nodeNames: listOf(text),
  /** Path of the shared directory, the same on every host. */
  sharePath: text,
  databaseHost: text,
  databasePort: count,
  databaseName: text,
  /** Application role; its password is in the service user's settings, not here. */
  databaseUser: text,
  /** Linux user that runs datacube and antares. */
  serviceUser: text,
  /** Name of the wheelhouse below SHARE/wheelhouse. */
  wheelhouse: text,
  /** Version of the distribution `madmex` that is installed. */
  antaresVersion: text,
  /** What makes a node of a host that has mounted the share, run there as root. */
  joinCommand: text,
  /** By which `Client(scheduler_file=…)` of the service user finds dask, on every host. */
  daskSchedulerFile: text,
  /** Null while it is parked: then nothing can be asked. */
  acceptance: nullable(acceptance),
};

/** What a stack on AWS tells beside it: where to find its parts in the account. */
export const onAws = {
  awsRegion: text,
  awsVpcId: text,
  /** Of the subnets with nodes, share and database. */
  awsPrivateSubnetIds: listOf(text),
  /** A machine in this group reaches share, database, Grid Engine and dask. */
  awsClusterSecurityGroupId: text,
  awsBucketName: text,
  awsBucketArn: text,
  /** Of the share. */
  awsFileSystemId: text,
  /** Role of the master and the fixed nodes. */
  awsHostRoleArn: text,
  awsMasterInstanceId: text,
  /** Auto Scaling group of the nodes that come and go; missing where none may. */
  awsElasticGroupName: optional(text),
  /** Role of the nodes that come and go, and have no other; missing where none may. */
  awsElasticRoleArn: optional(text),
  /** Missing where the database was there before. */
  awsDatabaseArn: optional(text),
  /** Secret with the administrator's user and password; who may read it is the account's to say. */
  awsDatabaseSecretArn: optional(text),
};
