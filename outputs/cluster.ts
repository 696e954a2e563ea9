import type * as pulumi from "@pulumi/pulumi";
import type { Acceptance } from "../components/bootstrap/acceptance";
import type { Bootstrap } from "../components/bootstrap/bootstrap";
import type { Infrastructure } from "../components/infrastructure/contract";
import type { Config } from "../config/model";

/** What a stack tells: flat, typed, without secrets. A change of meaning raises `outputsVersion`. */
export interface ClusterOutputs {
  readonly outputsVersion: 1;
  readonly target: string;
  readonly masterName: string;
  readonly nodeNames: readonly string[];
  /** Path of the shared directory, the same on every host. */
  readonly sharePath: string;
  readonly databaseHost: pulumi.Input<string>;
  readonly databasePort: number;
  readonly databaseName: string;
  /** Application role; its password is in the service user's settings, not here. */
  readonly databaseUser: string;
  /** Linux user that runs datacube and antares. */
  readonly serviceUser: string;
  /** Name of the wheelhouse below SHARE/wheelhouse. */
  readonly wheelhouse: pulumi.Output<string>;
  /** Version of the distribution `madmex` that is installed. */
  readonly antaresVersion: pulumi.Output<string>;
  /** What makes a node of a host that has mounted the share, run there as root. */
  readonly joinCommand: pulumi.Output<string>;
  /** By which `Client(scheduler_file=…)` of the service user finds dask, on every host. */
  readonly daskSchedulerFile: string;
  /** Verified state of the cluster. */
  readonly acceptance: pulumi.Output<Acceptance>;
}

export function clusterOutputs(args: {
  readonly config: Config<unknown>;
  readonly infrastructure: Infrastructure;
  readonly bootstrap: Bootstrap;
}): ClusterOutputs {
  const { config, infrastructure, bootstrap } = args;
  return {
    outputsVersion: 1,
    target: config.target.kind,
    masterName: infrastructure.master.name,
    nodeNames: infrastructure.nodes.map((node) => node.host.name),
    sharePath: infrastructure.share.path,
    databaseHost: infrastructure.database.host,
    databasePort: infrastructure.database.port,
    databaseName: config.database.name,
    databaseUser: config.database.user,
    serviceUser: config.service.user,
    wheelhouse: bootstrap.software.wheelhouse,
    antaresVersion: bootstrap.software.antares,
    joinCommand: bootstrap.joinCommand,
    daskSchedulerFile: `${infrastructure.share.path}/state/dask/scheduler.json`,
    acceptance: bootstrap.acceptance,
  };
}
