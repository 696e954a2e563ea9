import { databaseKeys as keys } from "../keys/database";
import type { DatabaseConfig, TargetConfig } from "../model";
import type { Context } from "./context";
import type { Reader } from "./reader";
import { decodeRds, rdsOnly } from "./rds";

const LOCAL_PORT = 5433;
const POSTGRES_PORT = 5432;
// The role that administers a server of ours beside postgres, which no key can name anyway.
const ADMINISTRATOR = "antares_admin";

type Server = DatabaseConfig["server"];

/** Decodes `antares:database`; how the deployer reaches the server depends on the master's access. */
export function decodeDatabase(context: Context, target: TargetConfig): DatabaseConfig {
  const reader = context.reader("database");
  const server = decodeServer(context, target.kind);
  const bySsh = target.kind !== "single" || target.host.access.kind === "ssh";
  const database = {
    server,
    name: reader.value(keys.name),
    user: reader.value(keys.user),
    postgis: reader.value(keys.postgis),
    gisOwner: reader.value(keys.gisOwner),
    reach: decodeReach(reader, { server, bySsh, target: target.kind }),
    tunnelPort: reader.value(keys.tunnelPort),
  };
  checkRoles(reader, database);
  if (target.kind !== "single") checkAddress(reader, server);
  if (database.reach === "direct") reader.forbid([keys.tunnelPort]);
  return database;
}

function decodeServer(context: Context, target: TargetConfig["kind"]): Server {
  const reader = context.reader("database");
  const kind = reader.optional(keys.server) ?? (target === "aws" ? "rds" : "local");
  if (reader.sound(keys.server)) {
    if (kind !== "rds") reader.forbid(rdsOnly);
    if ((kind === "rds") !== (target === "aws") && kind !== "existing") {
      const others = target === "aws" ? "rds" : "local";
      reader.refuse(keys.server, `${others} or existing, because target is ${target}`);
    }
  }
  if (kind === "existing") return decodeExisting(context, reader);
  if (kind === "rds") {
    forbidExisting(reader);
    return decodeRds(context);
  }
  const port = reader.optional(keys.port) ?? LOCAL_PORT;
  // A refused `server` says nothing about what belongs to it.
  if (reader.sound(keys.server)) {
    forbidExisting(reader);
  }
  return { kind: "local", port };
}

/** Refuses what only a server of somebody else has. */
function forbidExisting(reader: Reader): void {
  reader.forbid([keys.host, keys.sslmode, keys.adminUser, keys.adminDatabase]);
  reader.forbid([keys.caFile], "database.server is existing");
}

function decodeExisting(context: Context, reader: Reader): Server {
  const sslmode = reader.value(keys.sslmode);
  const verifies = sslmode === "verify-ca" || sslmode === "verify-full";
  const caFile = verifies
    ? reader.required(keys.caFile, `database.sslmode is ${sslmode}`)
    : reader.optional(keys.caFile);
  if (!verifies && reader.sound(keys.sslmode)) reader.forbid([keys.caFile]);
  const admin = decodeAdmin(context, reader);
  return {
    kind: "existing",
    host: reader.required(keys.host),
    port: reader.optional(keys.port) ?? POSTGRES_PORT,
    sslmode,
    ...(caFile !== undefined && { caFile }),
    ...(admin !== undefined && { admin }),
  };
}

function decodeAdmin(
  context: Context,
  reader: Reader,
): { readonly user: string; readonly database: string } | undefined {
  const database = reader.value(keys.adminDatabase);
  if (reader.has(keys.adminUser) || context.hasSecret("databaseAdminPassword")) {
    context.requireSecret("databaseAdminPassword", "database.adminUser is given");
    const because = "the secret databaseAdminPassword is given";
    return { user: reader.required(keys.adminUser, because), database };
  }
  reader.forbid([keys.adminDatabase]);
  const because =
    "database.server is existing and no database.adminUser is given, who could set one";
  context.requireSecret("databasePassword", because);
  return undefined;
}

function decodeReach(
  reader: Reader,
  given: {
    readonly server: Server;
    readonly bySsh: boolean;
    readonly target: TargetConfig["kind"];
  },
): "direct" | "tunnel" {
  // The local server answers the cluster's own hosts only.
  const behindSsh = given.server.kind === "local" && given.bySsh;
  const isPrivate = behindSsh || given.target === "aws";
  const reach = reader.optional(keys.reach) ?? (isPrivate ? "tunnel" : "direct");
  if (!reader.sound(keys.reach, keys.server)) return reach;
  if (reach === "tunnel" && !given.bySsh) {
    reader.refuse(keys.reach, "direct: a tunnel goes through SSH, and host.access is local");
  }
  if (reach === "direct" && behindSsh) {
    reader.refuse(keys.reach, "tunnel: a local server behind SSH answers its own cluster only");
  }
  return reach;
}

// "Here" is another place on each host.
function checkAddress(reader: Reader, server: Server): void {
  if (server.kind !== "existing" || !/^(localhost|127\.[\d.]+)$/i.test(server.host)) return;
  if (reader.sound(keys.host)) reader.refuse(keys.host, "an address that every host can reach");
}

// One role for two purposes would be given the other's password and rights.
function checkRoles(reader: Reader, database: Omit<DatabaseConfig, "reach">): void {
  const { server, user, gisOwner } = database;
  const given = server.kind === "existing" ? server.admin?.user : undefined;
  const admin = server.kind === "existing" ? given : ADMINISTRATOR;
  if (!reader.sound(keys.user, keys.adminUser, keys.gisOwner)) return;
  if (user === admin) {
    reader.refuse(
      keys.user,
      "a role other than the administrator: it owns no more than its database",
    );
  }
  if (database.postgis === "full" && (gisOwner === user || gisOwner === admin)) {
    reader.refuse(keys.gisOwner, "a role other than database.user and the administrator");
  }
}
