import { readFileSync } from "node:fs";
import type * as pulumi from "@pulumi/pulumi";
import type { Config, DatabaseConfig } from "../../config/model";
import { GeneratedSecret } from "../../providers/resources/generatedSecret";
import type { Host, Step } from "../host/host";
import type { DatabaseEndpoint } from "./contract";

/** Administrator of the local server; the role belongs to our own cluster alone. */
const LOCAL_ADMIN = "antares_admin";

export interface DatabaseArgs {
  readonly config: Config<pulumi.Output<string>>;
  readonly master: Host;
  /** Name by which other hosts know the local server's machine; absent: it has no other hosts. */
  readonly fqdn?: pulumi.Input<string>;
}

/** PostgreSQL as a cluster of its own on the master, or an existing server. */
export function createDatabase(
  name: string,
  args: DatabaseArgs,
  opts: { readonly parent: pulumi.Resource },
): DatabaseEndpoint {
  const { config, master } = args;
  const { server, reach, tunnelPort } = config.database;
  const tunnel = reach === "tunnel" ? { tunnel: { through: master, port: tunnelPort } } : {};
  switch (server.kind) {
    case "local":
      return { ...createServer(name, args, opts), ...tunnel };
    case "existing":
      return { ...existingServer(config, server), ...tunnel };
    case "rds":
      throw new Error("the configuration let a server on AWS pass for these hosts");
  }
}

/** A server that somebody else runs. */
export function existingServer(
  { secrets }: Pick<DatabaseArgs["config"], "secrets">,
  server: Extract<DatabaseConfig["server"], { kind: "existing" }>,
): DatabaseEndpoint {
  const { databaseAdminPassword: password } = secrets;
  return {
    host: server.host,
    port: server.port,
    sslmode: server.sslmode,
    ready: [],
    ...(server.caFile === undefined
      ? {}
      : {
          caFile: server.caFile,
          deployerCaFile: server.caFile,
          ca: readFileSync(server.caFile, "utf8"),
        }),
    ...(server.admin && password ? { admin: { ...server.admin, password } } : {}),
  };
}

function createServer(
  name: string,
  args: DatabaseArgs,
  opts: { readonly parent: pulumi.Resource },
): DatabaseEndpoint {
  const { server } = args.config.database;
  const port = server.port;
  const password = new GeneratedSecret(`${name}-database-admin-password`, { length: 32 }, opts)
    .value;
  const step = runServer(name, { ...args, port, password }, opts);
  return {
    host: args.fqdn ?? "127.0.0.1",
    port,
    sslmode: "prefer",
    admin: { user: LOCAL_ADMIN, password, database: "postgres" },
    ready: [step.resource],
  };
}

function runServer(
  name: string,
  args: DatabaseArgs & { readonly port: number; readonly password: pulumi.Output<string> },
  opts: { readonly parent: pulumi.Resource },
): Step<{ port: number }> {
  const { config, master, fqdn, port, password } = args;
  const { name: database, user } = config.database;
  const parts = [
    "components/host/scripts/packages.sh",
    "components/infrastructure/scripts/postgres-server.sh",
  ];
  const network = "components/infrastructure/scripts/postgres-network.sh";
  return master.run(
    `${name}-database-server`,
    {
      phase: "database-server",
      parts: fqdn === undefined ? parts : [...parts, network],
      values: {
        PORT: String(port),
        ADMIN: LOCAL_ADMIN,
        ADMIN_PASSWORD: password,
        DEBIAN_MIRROR: config.software.debianMirror ?? "",
        ...(fqdn === undefined ? {} : { LISTEN: fqdn, DB_NAME: database, DB_USER: user }),
      },
      secretValues: ["ADMIN_PASSWORD"],
      // Nothing needs it before there is a wheelhouse, which takes longer to make.
      beside: true,
      limitMinutes: 20,
    },
    opts,
  );
}
