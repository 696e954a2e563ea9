import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installPlugins, officialFolder, type Origin } from "../../rehearsal/plugins/install";
import type { Properties } from "../../rehearsal/plugins/standIn";
import type { PluginName } from "../../rehearsal/plugins/versions";
import { startPostgres, type PostgresFixture } from "../fixtures/postgres";
import { startSshd, type SshdFixture } from "../fixtures/sshd";
import { Driver, type Resource } from "./driver";
import { StackBench } from "./stackBench";

/** One fact about a plugin, held by the official one and by its stand-in alike. */
export interface Row {
  readonly plugin: PluginName;
  readonly name: string;
  /** Fails where the fact does not hold. */
  run(bench: Bench): Promise<void>;
}

interface Stoppable {
  stop(): Promise<void>;
}

/** What rows work with: one origin of the plugins, servers that are started when first asked for. */
export class Bench {
  private readonly servers: Promise<Stoppable>[] = [];
  private readonly running: Stoppable[] = [];
  private plainSshd: Promise<SshdFixture> | undefined;
  private liberalSshd: Promise<SshdFixture> | undefined;
  private database: Promise<PostgresFixture> | undefined;
  private count = 0;

  private constructor(
    readonly root: string,
    readonly home: string,
    private readonly versions: Readonly<Record<PluginName, string>>,
  ) {}

  /** Whether a plugin of that origin is there; a stand-in always is. */
  static has(origin: Origin, plugin: PluginName): boolean {
    return origin === "stand-in" || officialFolder(plugin) !== undefined;
  }

  /** Undefined where a plugin of that origin is not there. */
  static async open(origin: Origin, plugin: PluginName): Promise<Bench | undefined> {
    const root = mkdtempSync(join(tmpdir(), "plugin-bench-"));
    const home = join(root, "home");
    const nowhere = origin === "stand-in" ? { userHome: join(root, "none") } : {};
    const installed = await installPlugins({ home, ...nowhere, log: () => undefined });
    if (installed[plugin].origin === origin) {
      const { command, postgresql } = installed;
      const versions = { command: command.version, postgresql: postgresql.version };
      return new Bench(root, home, versions);
    }
    rmSync(root, { recursive: true, force: true });
    return undefined;
  }

  executable(plugin: PluginName): string {
    const folder = `resource-${plugin}-v${this.versions[plugin]}`;
    return join(this.home, "plugins", folder, `pulumi-resource-${plugin}`);
  }

  /** A plugin process of its own; ends with the row. */
  async driver(
    plugin: PluginName,
    options: { config?: Record<string, string>; env?: Record<string, string> } = {},
  ): Promise<Driver> {
    const driver = await Driver.start({ executable: this.executable(plugin), ...options });
    this.running.push(driver);
    return driver;
  }

  /** A stack of the real engine with these plugins. */
  async stack(): Promise<StackBench> {
    return StackBench.make({ root: this.root, home: this.home, name: this.fresh("stack") });
  }

  /** An sshd with Debian's defaults, or one that accepts every variable. */
  sshd(acceptEnv: "no variables" | "all variables" = "no variables"): Promise<SshdFixture> {
    if (acceptEnv === "all variables") {
      this.liberalSshd ??= this.keep(startSshd({ acceptEnv: ["*"] }));
      return this.liberalSshd;
    }
    this.plainSshd ??= this.keep(startSshd());
    return this.plainSshd;
  }

  postgres(): Promise<PostgresFixture> {
    this.database ??= this.keep(startPostgres());
    return this.database;
  }

  /** A word that no other row has. */
  fresh(word: string): string {
    this.count += 1;
    return `${word}${this.count}`;
  }

  /** A path in the bench's folder that does not exist yet. */
  path(word: string): string {
    return join(this.root, this.fresh(word));
  }

  async endRow(): Promise<void> {
    await Promise.all(this.running.splice(0).map((driver) => driver.stop()));
  }

  async close(): Promise<void> {
    await this.endRow();
    const servers = await Promise.allSettled(this.servers);
    for (const server of servers) if (server.status === "fulfilled") await server.value.stop();
    rmSync(this.root, { recursive: true, force: true });
  }

  private keep<T extends Stoppable>(server: Promise<T>): Promise<T> {
    this.servers.push(server);
    return server;
  }
}

/** Rows of one plugin. */
export const rowsOf =
  (plugin: Row["plugin"]) =>
  (name: string, run: Row["run"]): Row => ({ plugin, name, run });

/** The inputs of a connection to a fixture. */
export function connectionTo(sshd: SshdFixture, more: Properties = {}): Properties {
  const { port, user, privateKey, hostKey } = sshd;
  return { host: "127.0.0.1", port, user, privateKey, hostKey, dialErrorLimit: 1, ...more };
}

/** A remote command on a fixture. */
export function remote(sshd: SshdFixture, inputs: Properties, name = "command"): Resource {
  const connection = connectionTo(sshd);
  return { type: "command:remote:Command", name, inputs: { connection, ...inputs } };
}

export function local(inputs: Properties, name = "command"): Resource {
  return { type: "command:local:Command", name, inputs };
}

/** What the error of a promise says. */
export async function messageOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("it did not fail");
}
