import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { ApplicationDatabase } from "../../providers/resources/applicationDatabase";
import { GeneratedSecret } from "../../providers/resources/generatedSecret";
import { SchemaOwnership } from "../../providers/resources/schemaOwnership";
import { VerifiedState } from "../../providers/resources/verifiedState";
import type { DatabaseConnection } from "../../providers/database/connection";
import { openTunnel } from "../host/tunnel";
import type { DatabaseAdmin, Infrastructure } from "../infrastructure/contract";
import type { PhaseContext } from "./context";

/** fuzzystrmatch first: the geocoder requires it. */
const EXTENSIONS = {
  minimal: ["postgis"],
  full: ["postgis", "fuzzystrmatch", "postgis_tiger_geocoder", "postgis_topology"],
} as const;

const OWNED_SCHEMAS = ["tiger", "tiger_data", "topology"];

/**
 * The application's role, its database, and the extensions in it. What is there already is
 * adopted; nothing of it is ever dropped.
 */
export class ApplicationStore extends pulumi.ComponentResource {
  /** Password of the application role. */
  readonly password: pulumi.Output<string>;
  /** Connection of the application role, as the deployer's own providers use it. */
  readonly connection: pulumi.Output<DatabaseConnection>;
  /** What must exist before the application connects. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, context: PhaseContext, opts?: pulumi.ComponentResourceOptions) {
    super("antares:bootstrap:ApplicationStore", name, {}, opts);
    const { config, infrastructure } = context;
    this.password =
      config.secrets.databasePassword ??
      new GeneratedSecret(`${name}-password`, { length: 32 }, { parent: this }).value;
    const connectionAs = (user: string, password: pulumi.Input<string>, database: string) =>
      connection({ infrastructure, user, password, database });
    this.connection = connectionAs(config.database.user, this.password, config.database.name);
    const { admin } = infrastructure.database;
    this.ready = admin
      ? this.create(name, context, {
          admin,
          maintenance: connectionAs(admin.user, admin.password, admin.database),
          inside: connectionAs(admin.user, admin.password, config.database.name),
        })
      : [this.check(name, context)];
    this.registerOutputs({ database: config.database.name, user: config.database.user });
  }

  private create(name: string, context: PhaseContext, as: AdminConnections): pulumi.Resource[] {
    const { config, infrastructure } = context;
    const database = new ApplicationDatabase(
      `${name}-database`,
      {
        connection: as.maintenance,
        role: config.database.user,
        password: this.password,
        database: config.database.name,
      },
      { parent: this, dependsOn: [...infrastructure.database.ready], retainOnDelete: true },
    );
    const extensions = createExtensions(name, context, { as, parent: this, database });
    if (config.database.postgis === "minimal") return [database, ...extensions];
    const ownership = new SchemaOwnership(
      `${name}-gis-owner`,
      { connection: as.inside, schemas: OWNED_SCHEMAS, owner: config.database.gisOwner },
      { parent: this, dependsOn: extensions, retainOnDelete: true },
    );
    return [database, ...extensions, ownership];
  }

  /** A site that gives only the application role has made the database; what is missing is said. */
  private check(name: string, { config, infrastructure }: PhaseContext): pulumi.Resource {
    return new VerifiedState(
      `${name}-extensions`,
      {
        connection: this.connection,
        subject: "extensions",
        expected: { names: [...EXTENSIONS[config.database.postgis]] },
        repair: "ask the server's administrator for it, in this database",
      },
      { parent: this, dependsOn: [...infrastructure.database.ready] },
    );
  }
}

interface AdminConnections {
  readonly admin: DatabaseAdmin;
  /** To the maintenance database. */
  readonly maintenance: pulumi.Output<DatabaseConnection>;
  /** To the application's database. */
  readonly inside: pulumi.Output<DatabaseConnection>;
}

/** The connection of our own providers: through SSH where the server is behind a host. */
function connection(args: {
  readonly infrastructure: Infrastructure;
  readonly user: string;
  readonly password: pulumi.Input<string>;
  readonly database: string;
}): pulumi.Output<DatabaseConnection> {
  const { database: endpoint } = args.infrastructure;
  const value = {
    host: endpoint.host,
    port: endpoint.port,
    database: args.database,
    user: args.user,
    password: args.password,
    sslmode: endpoint.sslmode,
    ...(endpoint.ca === undefined ? {} : { ca: endpoint.ca }),
    ...(endpoint.tunnel ? { ssh: endpoint.tunnel.through.sshTarget() } : {}),
  };
  return pulumi.secret(pulumi.output(value));
}

interface ExtensionArgs {
  readonly as: AdminConnections;
  readonly parent: pulumi.Resource;
  readonly database: ApplicationDatabase;
}

function createExtensions(
  name: string,
  context: PhaseContext,
  args: ExtensionArgs,
): pulumi.Resource[] {
  const { config } = context;
  const provider = serverProvider(name, context, args);
  const made: pulumi.Resource[] = [];
  for (const extension of EXTENSIONS[config.database.postgis]) {
    made.push(
      new postgresql.Extension(
        `${name}-extension-${extension}`,
        { name: extension, database: config.database.name },
        {
          parent: args.parent,
          provider,
          // One after another: each may need the one before, and the catalogue's rows collide.
          dependsOn: [args.database, ...made],
          retainOnDelete: true,
          replaceWith: [args.database],
        },
      ),
    );
  }
  return made;
}

/** The plugin cannot dial through SSH: where the server is behind a host, a forwarder leads there. */
function serverProvider(
  name: string,
  { infrastructure: { database: endpoint } }: PhaseContext,
  { as, parent }: ExtensionArgs,
): postgresql.Provider {
  const { tunnel, host, port, sslmode, deployerCaFile } = endpoint;
  if (tunnel) {
    openTunnel({ through: tunnel.through.sshTarget(), host, port, localPort: tunnel.port });
  }
  return new postgresql.Provider(
    `${name}-server`,
    {
      // Every argument is set: an unset one would be read from the deployer's environment (PGHOST, …).
      scheme: "postgres",
      host: tunnel ? "127.0.0.1" : host,
      port: tunnel ? tunnel.port : port,
      username: as.admin.user,
      password: as.admin.password,
      database: as.admin.database,
      sslmode: pluginMode(sslmode, tunnel !== undefined),
      ...(deployerCaFile === undefined ? {} : { sslrootcert: deployerCaFile }),
      superuser: false,
      connectTimeout: 15,
      maxConnections: 4,
    },
    { parent, dependsOn: [...endpoint.ready] },
  );
}

/**
 * TLS as the plugin asks for it. It knows no `prefer`; only the local server, on the loopback, is asked
 * for it. Through a tunnel it dials the loopback, which is the name in no certificate.
 */
function pluginMode(sslmode: DatabaseConnection["sslmode"], isTunnelled: boolean): string {
  if (sslmode === "prefer") return "disable";
  return sslmode === "verify-full" && isTunnelled ? "verify-ca" : sslmode;
}
