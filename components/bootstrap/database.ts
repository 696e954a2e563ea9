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
 * adopted; nothing of it is ever dropped. How one gets there is known from the beginning, for the
 * settings; `create` makes it.
 */
export class ApplicationStore extends pulumi.ComponentResource {
  /** Password of the application role. */
  readonly password: pulumi.Output<string>;
  /** Connection of the application role, as the deployer's own providers use it. */
  readonly connection: pulumi.Output<DatabaseConnection>;

  constructor(
    private readonly own: string,
    private readonly context: PhaseContext,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("antares:bootstrap:ApplicationStore", own, {}, opts);
    const { config, infrastructure } = context;
    this.password =
      config.secrets.databasePassword ??
      new GeneratedSecret(`${own}-password`, { length: 32 }, { parent: this }).value;
    this.connection = connection({
      infrastructure,
      user: config.database.user,
      password: this.password,
      database: config.database.name,
    });
  }

  /** Once, as the next steps; what it returns must exist before the application connects. */
  create(): readonly pulumi.Resource[] {
    const { config, infrastructure } = this.context;
    const { admin, ready } = infrastructure.database;
    const server = ready();
    const made = admin ? this.adopt(admin, server) : [this.check(server)];
    this.registerOutputs({ database: config.database.name, user: config.database.user });
    return made;
  }

  private adopt(admin: DatabaseAdmin, server: readonly pulumi.Resource[]): pulumi.Resource[] {
    const { config, infrastructure } = this.context;
    const as = { infrastructure, user: admin.user, password: admin.password };
    const database = new ApplicationDatabase(
      `${this.own}-database`,
      {
        connection: connection({ ...as, database: admin.database }),
        role: config.database.user,
        password: this.password,
        database: config.database.name,
      },
      { parent: this, dependsOn: [...server], retainOnDelete: true },
    );
    const inside = { admin, parent: this, server, database };
    const extensions = createExtensions(this.own, this.context, inside);
    if (config.database.postgis === "minimal") return [database, ...extensions];
    const ownership = new SchemaOwnership(
      `${this.own}-gis-owner`,
      {
        connection: connection({ ...as, database: config.database.name }),
        schemas: OWNED_SCHEMAS,
        owner: config.database.gisOwner,
      },
      { parent: this, dependsOn: extensions, retainOnDelete: true },
    );
    return [database, ...extensions, ownership];
  }

  /** A site that gives only the application role has made the database; what is missing is said. */
  private check(server: readonly pulumi.Resource[]): pulumi.Resource {
    const { postgis } = this.context.config.database;
    return new VerifiedState(
      `${this.own}-extensions`,
      {
        connection: this.connection,
        subject: "extensions",
        expected: { names: [...EXTENSIONS[postgis]] },
        repair: "ask the server's administrator for it, in this database",
      },
      { parent: this, dependsOn: [...server] },
    );
  }
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
  readonly admin: DatabaseAdmin;
  readonly parent: pulumi.Resource;
  /** What must exist before anybody connects. */
  readonly server: readonly pulumi.Resource[];
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
  { admin, parent, server }: ExtensionArgs,
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
      username: admin.user,
      password: admin.password,
      database: admin.database,
      sslmode: pluginMode(sslmode, tunnel !== undefined),
      ...(deployerCaFile === undefined ? {} : { sslrootcert: deployerCaFile }),
      superuser: false,
      connectTimeout: 15,
      maxConnections: 4,
    },
    { parent, dependsOn: [...server] },
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
