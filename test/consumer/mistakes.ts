import * as pulumi from "@pulumi/pulumi";
import { readAwsCluster, readCluster } from "antares3-deployment/dist/outputs/readCluster";

// Mistakes that the compiler must find: where it finds none, it says so, and the test fails.

const reference = new pulumi.StackReference("organization/antares/prod");
const cluster = readCluster(reference);

// @ts-expect-error no such key
export const misspelt = cluster.sharePaht;

// @ts-expect-error the port is a number
export const port: pulumi.Output<string> = cluster.databasePort;

// @ts-expect-error only a cluster on AWS has a VPC
export const vpc = cluster.apply((told) => told.awsVpcId);

// @ts-expect-error there is none where the database was there before
export const secret: pulumi.Output<string> = readAwsCluster(reference).apply(
  (told) => told.awsDatabaseSecretArn,
);

// @ts-expect-error a parked cluster has none
export const workers = cluster.apply((told) => told.acceptance.dask.workers);

// No mistake: a program that works on AWS only.
export const bucket: pulumi.Output<string> = readAwsCluster(reference).awsBucketArn;
