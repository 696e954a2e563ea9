import { strict as assert } from "node:assert";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  agentValues,
  membershipParts,
  schedulerScript,
  type Membership,
} from "../../components/bootstrap/scheduler";
import { renderScript, type ScriptSource } from "../../components/host/render";
import { projectRoot } from "../../config/root";
import { baseImage } from "../../rehearsal/hosts/base";
import type { CommandResult } from "../../rehearsal/hosts/command";
import { createHost, type ThrowAwayHost } from "../../rehearsal/hosts/host";
import type { Image } from "../../rehearsal/hosts/image";
import { stopNetwork } from "../../rehearsal/hosts/kept";
import { makeLayer } from "../../rehearsal/hosts/layer";
import { Network } from "../../rehearsal/hosts/network";
import type { Bind } from "../../rehearsal/hosts/registry";
import { openStorage } from "../../rehearsal/hosts/storage";

/** Where hosts see the share. */
export const SHARE = "/srv/antares";
const SHARE_ID = "0a52f1c8-6b8e-4f6a-9a51-3c2d7a90e1b4";
const SERVICE = { SERVICE_USER: "antares", SERVICE_UID: "5000", SERVICE_HOME: "/home/antares" };
const log = (line: string): void => console.log(`    ${line}`);

/** Seconds that let a whole life of a node fit into a test. */
const TIMINGS = {
  tickSeconds: 0.5,
  beatSeconds: 0.5,
  leaseSeconds: 4,
  deadAfterSeconds: 7,
  leaveSeconds: 4,
  daskSeconds: 1,
  scheduleSeconds: 1,
} as const;

/** Debian with what Grid Engine needs, and its packages in an archive of its own. */
async function images(): Promise<readonly Image[]> {
  const storage = openStorage();
  const base = await baseImage({ storage, log });
  const script = readFileSync(join(projectRoot, "test", "cluster", "gridengine.sh"), "utf8");
  const layer = await makeLayer({ storage, name: "gridengine", below: [base], script, log });
  return [base, layer];
}

/** Throw-away hosts with one share: a master, and nodes as they are asked for. */
export class Cluster {
  readonly hosts = new Map<string, ThrowAwayHost>();
  /** The share as this machine sees it. */
  readonly share = mkdtempSync(join(tmpdir(), "cluster-share-"));

  private constructor(
    readonly network: Network,
    private readonly layers: readonly Image[],
    private readonly more: readonly Bind[],
  ) {
    // What the phase `share` makes.
    chmodSync(this.share, 0o755);
    for (const folder of ["state", "recipe"]) mkdirSync(join(this.share, folder));
    writeFileSync(join(this.share, ".antares-share"), `${SHARE_ID}\n`);
  }

  /** `more`: what every host sees beside the share. */
  static async create(more: readonly Bind[] = []): Promise<Cluster> {
    const layers = await images();
    return new Cluster(await Network.create({ label: "cluster" }), layers, more);
  }

  /** A new host with the service user. */
  async add(name: string): Promise<ThrowAwayHost> {
    const { network, layers, share } = this;
    const binds = [{ source: share, target: SHARE, readOnly: false }, ...this.more];
    const host = await createHost({ network, name, images: layers, binds });
    this.hosts.set(name, host);
    const { SERVICE_USER, SERVICE_UID, SERVICE_HOME } = SERVICE;
    await this.run(host, ["useradd", "-u", SERVICE_UID, "-d", SERVICE_HOME, "-m", SERVICE_USER]);
    return host;
  }

  host(name: string): ThrowAwayHost {
    return this.hosts.get(name) ?? assert.fail(`no host ${name}`);
  }

  get master(): ThrowAwayHost {
    return this.host("master");
  }

  /** The output of a command that must succeed. */
  async run(host: ThrowAwayHost, command: readonly string[], timeoutMs = 60_000): Promise<string> {
    const { code, stdout, stderr } = await host.exec(command, { timeoutMs });
    assert.equal(code, 0, `${host.name}: ${command.join(" ")}\n${stdout}\n${stderr}`);
    return stdout;
  }

  /** The scheduler's phase, on the master. */
  scheduler(list: Partial<Membership> = {}, host = this.master): Promise<CommandResult> {
    return this.phase(host, {
      phase: "scheduler",
      source: schedulerScript,
      values: {
        MASTER_FQDN: host.fqdn,
        SHARE_ID,
        MEMBERSHIP: JSON.stringify(this.membership({ master: host.fqdn, ...list })),
      },
    });
  }

  membership(list: Partial<Membership>): Membership {
    const { SERVICE_USER: user, SERVICE_HOME: home } = SERVICE;
    return {
      master: this.master.fqdn,
      masterNode: { name: "master", jobSlots: 0, daskSlots: 0 },
      share: SHARE,
      service: { user, home },
      queue: "antares.q",
      fixed: {},
      elastic: null,
      brake: 0.5,
      dask: null,
      timings: TIMINGS,
      ...list,
    };
  }

  /** What a node's recipe does for the membership. */
  join(host: ThrowAwayHost, name = host.name): Promise<CommandResult> {
    const parts = ["components/host/scripts/packages.sh", ...membershipParts];
    const source = { parts: [...parts, "test/cluster/join.sh"] };
    const names = { MASTER_FQDN: this.master.fqdn, NODE_NAME: name, ADMISSION: "awaited" };
    const values = { ...names, REFUSAL_SECONDS: "5", ...agentValues() };
    return this.phase(host, { phase: "join", source, values });
  }

  /** The frame, as `Host.run` has it. */
  phase(
    host: ThrowAwayHost,
    step: {
      readonly phase: string;
      readonly source: ScriptSource;
      readonly values: Readonly<Record<string, string>>;
    },
  ): Promise<CommandResult> {
    const { phase, source, values } = step;
    const frame = { phase, host: host.name, next: "npm run up", limit: "3m" };
    const all = { ...SERVICE, SHARE, DEBIAN_MIRROR: "", ...values };
    const input = renderScript({ source, frame, values: all });
    return host.exec(["timeout", "-k", "5", "3m", "bash", "--norc", "-s"], {
      input,
      timeoutMs: 200_000,
    });
  }

  /** Lines of the reconciler's log without their times. */
  log(): string[] {
    const file = join(this.master.rootDir, "var/log/antares/reconciler.log");
    const lines = readFileSync(file, "utf8").trim().split("\n");
    return lines.map((line) => line.replace(/^\S+ /, ""));
  }

  async close(): Promise<void> {
    await stopNetwork(this.network);
    rmSync(this.share, { recursive: true, force: true });
  }
}
