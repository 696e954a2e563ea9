import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import type { Config, ShareConfig, SingleTarget } from "../../config/model";
import { GeneratedSecret } from "../../providers/resources/generatedSecret";
import { HostReady } from "../../providers/resources/hostReady";
import { Host, type HostAccess } from "../host/host";
import type { DatabaseEndpoint, Infrastructure, Node, SharedMount } from "./contract";

/** Administrator of the local server; the role belongs to our own cluster alone. */
const LOCAL_ADMIN = "antares_admin";

/** Room for the wheelhouse while it is built, and for one installation made from it. */
const SHARE_MIB = 2048;
const INSTALLATION_MIB = 1536;

export interface SingleMachineArgs {
  readonly config: Config<pulumi.Output<string>>;
  readonly target: SingleTarget;
}

/**
 * One machine is master and only node; a local directory is the share. PostgreSQL is a cluster of
 * its own from the distribution, or an existing server. Destroying it leaves the machine as it is.
 */
export class SingleMachine extends pulumi.ComponentResource implements Infrastructure {
  readonly database: DatabaseEndpoint;
  readonly share: SharedMount;
  readonly master: Host;
  readonly masterFqdn: pulumi.Output<string>;
  readonly nodes: readonly Node[];

  constructor(name: string, args: SingleMachineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("antares:infrastructure:SingleMachine", name, {}, opts);
    const { scheduler, dask } = args.config;
    const { host, fqdn } = this.createHost(name, args);
    this.master = host;
    this.masterFqdn = fqdn;
    this.nodes = [{ host, jobSlots: scheduler.jobSlots, daskSlots: dask.slots }];
    this.share = mount(args.config.share);
    this.database = this.createDatabase(name, args.config);
    this.registerOutputs({ host: this.master.name, share: this.share.path });
  }

  private createHost(
    name: string,
    { config, target: { host } }: SingleMachineArgs,
  ): { readonly host: Host; readonly fqdn: pulumi.Output<string> } {
    const parent = this;
    const { server } = config.database;
    const ready = new HostReady(
      `${name}-${host.name}-ready`,
      {
        name: host.name,
        ...reach(config, host.access),
        needs: {
          service: { user: config.service.user, uid: config.service.uid },
          space: [
            { path: config.share.path, mib: SHARE_MIB },
            { path: "/opt/antares", mib: INSTALLATION_MIB },
          ],
          python: config.software.python,
          ...(server.kind === "local" ? { databasePort: server.port } : {}),
        },
      },
      { parent },
    );
    const digestKey = new GeneratedSecret(`${name}-digest-key`, { length: 32 }, { parent }).value;
    const made = new Host({
      name: host.name,
      access: access(config, host.access, ready),
      // Both: cloned machines share their machine id, but hardly their host key.
      identity: pulumi.interpolate`${ready.identity} ${ready.hostKey}`,
      digestKey,
      next: `npm run up -- ${pulumi.getStack()}`,
      ready,
    });
    return { host: made, fqdn: ready.fqdn };
  }

  private createDatabase(
    name: string,
    { database, secrets, software: { debianMirror } }: Config<pulumi.Output<string>>,
  ): DatabaseEndpoint {
    const { server } = database;
    const tunnel =
      database.reach === "tunnel" ? { through: this.master, port: database.tunnelPort } : undefined;
    if (server.kind === "local") {
      return {
        ...this.createServer(name, server.port, debianMirror),
        ...(tunnel ? { tunnel } : {}),
      };
    }
    const { databaseAdminPassword: password } = secrets;
    return {
      host: server.host,
      port: server.port,
      sslmode: server.sslmode,
      ready: [],
      ...(server.caFile === undefined
        ? {}
        : { caFile: server.caFile, ca: readFileSync(server.caFile, "utf8") }),
      ...(server.admin && password ? { admin: { ...server.admin, password } } : {}),
      ...(tunnel ? { tunnel } : {}),
    };
  }

  private createServer(name: string, port: number, mirror: string | undefined): DatabaseEndpoint {
    const password = new GeneratedSecret(
      `${name}-database-admin-password`,
      { length: 32 },
      { parent: this },
    ).value;
    const server = this.master.run(
      `${name}-database-server`,
      {
        phase: "database-server",
        parts: [
          "components/host/scripts/packages.sh",
          "components/infrastructure/scripts/postgres-server.sh",
        ],
        values: {
          PORT: String(port),
          ADMIN: LOCAL_ADMIN,
          ADMIN_PASSWORD: password,
          DEBIAN_MIRROR: mirror ?? "",
        },
        secretValues: ["ADMIN_PASSWORD"],
        limitMinutes: 20,
      },
      { parent: this },
    );
    return {
      host: "127.0.0.1",
      port,
      sslmode: "prefer",
      admin: { user: LOCAL_ADMIN, password, database: "postgres" },
      ready: [server.resource],
    };
  }
}

/** The share as a host mounts it. */
export function mount(share: ShareConfig): SharedMount {
  if (share.kind !== "nfs") return share;
  const { path, kind, server, options } = share;
  return { path, kind, source: `${server}:${share.export}`, options };
}

/** How a step gets to the host: with the key that the host has shown. */
function access(
  config: Config<pulumi.Output<string>>,
  configured: SingleTarget["host"]["access"],
  ready: HostReady,
): HostAccess {
  if (configured.kind === "local") return { kind: "local" };
  return {
    kind: "ssh",
    address: configured.address,
    port: configured.port,
    user: configured.user,
    privateKey: privateKey(config),
    hostKey: ready.hostKey,
  };
}

/** How the host is reached before its key is known. */
function reach(config: Config<pulumi.Output<string>>, configured: SingleTarget["host"]["access"]) {
  if (configured.kind === "local") return {};
  const { waitSeconds } = config.ssh;
  const { address, port, user, hostKey } = configured;
  return {
    ssh: pulumi.secret({
      host: address,
      port,
      user,
      privateKey: privateKey(config),
      ...(hostKey === undefined ? {} : { hostKey }),
    }),
    waitSeconds,
  };
}

function privateKey({ secrets }: Config<pulumi.Output<string>>): pulumi.Output<string> {
  if (!secrets.sshPrivateKey)
    throw new Error("the configuration let access by SSH pass without a key");
  return secrets.sshPrivateKey;
}
