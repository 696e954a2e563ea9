import * as pulumi from "@pulumi/pulumi";
import { type Cluster, readCluster } from "antares3-deployment/dist/outputs/readCluster";

const cluster = readCluster(new pulumi.StackReference("organization/antares/prod"));

/** What differs from target to target is told apart by `target`, and only then there. */
function placeOf(told: Cluster): string {
  return told.target === "aws" ? `${told.awsRegion}/${told.awsVpcId}` : told.target;
}

export const notebooks = pulumi.interpolate`${cluster.sharePath}/notebooks`;
export const database = pulumi.interpolate`${cluster.databaseHost}:${cluster.databasePort}/${cluster.databaseName}`;
export const place = cluster.apply(placeOf);
export const secret = cluster.apply((told) =>
  told.target === "aws" ? (told.awsDatabaseSecretArn ?? "none was made") : "none",
);
export const workers = cluster.apply(({ acceptance }) => acceptance?.dask.workers ?? "parked");
