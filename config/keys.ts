import { antaresKeys } from "./keys/antares";
import { allowKey, bucketKeys, computeKeys, elasticKeys, powerKey } from "./keys/aws";
import { databaseKeys } from "./keys/database";
import { hostKeys, serviceKeys, targetKey } from "./keys/host";
import { clusterHostKeys, sshKeys } from "./keys/hosts";
import type { Subject } from "./keys/key";
import { networkKeys } from "./keys/network";
import { daskKeys, schedulerKeys } from "./keys/scheduler";
import { shareKeys } from "./keys/share";
import { countryKeys, softwareKeys } from "./keys/software";

export { secretKeys } from "./keys/secrets";

/** Pulumi's namespace of our keys: the project's name. */
export const NAMESPACE = "antares";

/** What the target `aws` is made of. */
const awsSubjects: readonly Subject[] = [
  {
    name: "network",
    type: "object",
    description: "Region and network of the target `aws`, and who may reach it.",
    keys: Object.values(networkKeys),
  },
  {
    name: "compute",
    type: "object",
    description: "Master and fixed nodes of the target `aws`.",
    keys: Object.values(computeKeys),
  },
  {
    name: "elastic",
    type: "object",
    description: "Nodes of the target `aws` that come and go by themselves.",
    keys: Object.values(elasticKeys),
  },
  {
    name: "bucket",
    type: "object",
    description: "The S3 bucket of the target `aws`.",
    keys: Object.values(bucketKeys),
  },
  {
    name: "power",
    type: "string",
    description: "Whether the machines of the target `aws` run.",
    keys: [powerKey],
  },
  {
    name: "allow",
    type: "list",
    description: "What may be deleted or replaced although it holds data.",
    keys: [allowKey],
  },
];

/**
 * Every setting that is no secret, in the order of the documents. The decoder reads its rows, and
 * Pulumi.yaml's `config:` block and docs/configuration.md are generated from them.
 */
export const subjects: readonly Subject[] = [
  {
    name: "target",
    type: "string",
    description: "What the cluster is made of.",
    keys: [targetKey],
  },
  {
    name: "host",
    type: "object",
    description: "The one machine of the target `single`, and how it is reached.",
    keys: Object.values(hostKeys),
  },
  {
    name: "hosts",
    type: "array",
    description: "The machines of the target `hosts`, and how each is reached.",
    keys: Object.values(clusterHostKeys),
  },
  ...awsSubjects,
  {
    name: "ssh",
    type: "object",
    description: "What holds for every host that is reached by SSH.",
    keys: Object.values(sshKeys),
  },
  {
    name: "share",
    type: "object",
    description: "The directory that all hosts see.",
    keys: Object.values(shareKeys),
  },
  {
    name: "database",
    type: "object",
    description: "The PostgreSQL server with PostGIS.",
    keys: Object.values(databaseKeys),
  },
  {
    name: "software",
    type: "object",
    description: "antares3, datacube, Python, and where packages come from.",
    keys: Object.values(softwareKeys),
  },
  {
    name: "antares",
    type: "object",
    description: "antares' own settings file.",
    keys: Object.values(antaresKeys),
  },
  {
    name: "countries",
    type: "array",
    description: "Countries whose borders are loaded, each with its boundary archive.",
    keys: Object.values(countryKeys),
  },
  {
    name: "service",
    type: "object",
    description: "The system user that everything runs as.",
    keys: Object.values(serviceKeys),
  },
  {
    name: "scheduler",
    type: "object",
    description: "Grid Engine.",
    keys: Object.values(schedulerKeys),
  },
  {
    name: "dask",
    type: "object",
    description: "dask's scheduler and workers.",
    keys: Object.values(daskKeys),
  },
];
