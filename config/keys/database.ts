import { databaseClass } from "../rules/aws";
import { databaseName, existingDatabaseName, sslMode } from "../rules/names";
import { absolutePath, plainHostAddress, port } from "../rules/places";
import { choice, integer, truth } from "../rules/rule";
import { defaulted, key } from "./key";

const EXISTING = "database.server is existing";
const RDS = "database.server is rds";
const ADMIN = "database.server is existing and database.adminUser is given";

const gib = integer({ min: 20, max: 65_536, expected: "a number of GiB from 20 to 65536" });

export const databaseKeys = {
  server: key({
    path: "database.server",
    rule: choice(["local", "existing", "rds"]),
    example: "local",
    defaultNote: "rds on AWS, else local",
    description:
      "`local`: PostgreSQL and PostGIS of the distribution, on a cluster of its own on the " +
      "master. `existing`: a server that somebody else runs. `rds`: Amazon's Relational Database " +
      "Service, for the target `aws`, which has no local one.",
  }),
  host: key({
    path: "database.host",
    rule: plainHostAddress,
    example: "db.example.org",
    required: EXISTING,
    only: EXISTING,
    description:
      "Address of the existing server, as every host sees it. On AWS it must be open to the VPC's range at " +
      "first, later to the output `awsClusterSecurityGroupId` alone.",
  }),
  port: key({
    path: "database.port",
    rule: port,
    unit: "TCP port",
    example: "5432",
    defaultNote: "5433 for a local server (5432 may be in use already), 5432 for an existing one",
    only: "database.server is local or existing",
    description: "Port of the server.",
  }),
  sslmode: defaulted({
    path: "database.sslmode",
    rule: sslMode,
    default: "require" as const,
    only: EXISTING,
    description: "TLS of all connections to the existing server, in libpq's words.",
  }),
  caFile: key({
    path: "database.caFile",
    rule: absolutePath,
    example: "/etc/ssl/certs/database-ca.pem",
    required: "database.sslmode is verify-ca or verify-full",
    only: "database.sslmode is verify-ca or verify-full",
    description: "CA bundle, at the same path on the deployer and on every host.",
  }),
  adminUser: key({
    path: "database.adminUser",
    rule: existingDatabaseName,
    example: "dbadmin",
    required: "the secret databaseAdminPassword is given and database.server is existing",
    only: EXISTING,
    defaultNote: "none: role, database and extensions are the site's business and only checked",
    description: "Role that may create roles, databases and extensions.",
  }),
  adminDatabase: defaulted({
    path: "database.adminDatabase",
    rule: existingDatabaseName,
    default: "postgres",
    only: ADMIN,
    description: "Database that the administrator connects to.",
  }),
  name: defaulted({
    path: "database.name",
    rule: databaseName,
    default: "antares",
    description: "Database of datacube and antares.",
  }),
  user: defaulted({
    path: "database.user",
    rule: databaseName,
    default: "antares",
    description: "Application role; it owns the database.",
  }),
  postgis: defaulted({
    path: "database.postgis",
    rule: choice(["minimal", "full"]),
    default: "minimal" as const,
    description:
      "`minimal`: postgis, which is all that antares uses. `full`: also fuzzystrmatch, " +
      "postgis_tiger_geocoder and postgis_topology, owned by database.gisOwner.",
  }),
  gisOwner: defaulted({
    path: "database.gisOwner",
    rule: databaseName,
    default: "gis_owner",
    description: "Role without login that owns the tiger and topology schemas of the full set.",
  }),
  reach: key({
    path: "database.reach",
    rule: choice(["direct", "tunnel"]),
    example: "direct",
    defaultNote: "tunnel on AWS and for a local server behind SSH, else direct",
    only: "tunnel: the master is reached by SSH; direct: not for a local server behind SSH",
    description: "How the deployer reaches the server: itself, or through the master's SSH.",
  }),
  tunnelPort: defaulted({
    path: "database.tunnelPort",
    rule: port,
    unit: "TCP port",
    default: 15432,
    only: "database.reach is tunnel",
    description: "Port on the deployer's loopback for the tunnel.",
  }),
  class: defaulted({
    path: "database.class",
    rule: databaseClass,
    default: "db.t4g.medium",
    only: RDS,
    description: "Instance class of the server.",
  }),
  major: defaulted({
    path: "database.major",
    rule: integer({ min: 14, max: 18, expected: "a major version of PostgreSQL from 14 to 18" }),
    default: 16,
    only: RDS,
    description: "Major version of PostgreSQL; minor ones come by themselves.",
  }),
  storageGib: defaulted({
    path: "database.storageGib",
    rule: gib,
    unit: "GiB",
    default: 50,
    only: RDS,
    description: "Storage at first.",
  }),
  maxStorageGib: defaulted({
    path: "database.maxStorageGib",
    rule: gib,
    unit: "GiB",
    default: 500,
    only: RDS,
    description: "How far the storage grows by itself.",
  }),
  multiAz: defaulted({
    path: "database.multiAz",
    rule: truth,
    default: false,
    only: RDS,
    description: "Whether a second server in another zone stands by.",
  }),
  backupDays: defaulted({
    path: "database.backupDays",
    rule: integer({ min: 1, max: 35, expected: "a number of days from 1 to 35" }),
    unit: "days",
    default: 7,
    only: RDS,
    description: "How far back the database can be restored.",
  }),
};
