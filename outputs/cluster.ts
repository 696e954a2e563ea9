import type * as pulumi from "@pulumi/pulumi";
import type { Bootstrap } from "../components/bootstrap/bootstrap";
import type { Provisioned } from "../components/infrastructure/provisioned";
import type { Config } from "../config/model";
import { OUTPUTS_VERSION } from "./keys";
import type { AwsCluster, OtherCluster } from "./readCluster";

/** Values as the program has them: some known only after the run. */
type Told<T> = { readonly [Key in keyof T]: pulumi.Input<T[Key]> };

/**
 * What a stack tells: flat, typed, without secrets. The keys are those of the reader that other
 * teams' programs use, so that neither can change alone.
 */
export type ClusterOutputs = Told<OtherCluster> | Told<AwsCluster>;

interface Parts {
  readonly config: Config<unknown>;
  readonly infrastructure: Provisioned;
  readonly bootstrap: Bootstrap;
  /** Where nodes come and go on AWS. */
  readonly elasticGroup?: pulumi.Output<string> | undefined;
}

export function clusterOutputs(parts: Parts): ClusterOutputs {
  const { target } = parts.config;
  if (target.kind !== "aws") return { target: target.kind, ...common(parts) };
  const { infrastructure, elasticGroup } = parts;
  const { aws, elastic } = infrastructure;
  if (aws === undefined) throw new Error("a cluster on AWS does not say where it is");
  const group = elasticGroup === undefined ? {} : { awsElasticGroupName: elasticGroup };
  const role = elastic === undefined ? {} : { awsElasticRoleArn: elastic.role.arn };
  return { target: target.kind, ...common(parts), ...aws, ...group, ...role };
}

function common({ config, infrastructure, bootstrap }: Parts): Omit<Told<OtherCluster>, "target"> {
  const { master, database, share } = infrastructure;
  const { access } = master;
  return {
    outputsVersion: OUTPUTS_VERSION,
    power: config.target.kind === "aws" ? config.target.power : "running",
    masterName: master.name,
    masterFqdn: infrastructure.masterFqdn,
    ...(access.kind === "ssh" && { masterAddress: access.address }),
    nodeNames: infrastructure.nodes.map((node) => node.host.name),
    sharePath: share.path,
    databaseHost: database.host,
    databasePort: database.port,
    databaseName: config.database.name,
    databaseUser: config.database.user,
    serviceUser: config.service.user,
    wheelhouse: bootstrap.software.wheelhouse,
    antaresVersion: bootstrap.software.antares,
    joinCommand: bootstrap.joinCommand,
    daskSchedulerFile: `${share.path}/state/dask/scheduler.json`,
    acceptance: bootstrap.acceptance ?? null,
  };
}
