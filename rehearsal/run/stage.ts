import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import { cacheDir } from "../cache";
import type { Engine } from "../engine/engine";
import type { Starter } from "../engine/pulumi";
import { baseImage } from "../hosts/base";
import { createHost, ThrowAwayHost } from "../hosts/host";
import { openNetwork, stopNetwork } from "../hosts/kept";
import { Network } from "../hosts/network";
import type { Bind } from "../hosts/registry";
import { type Mirrors, startMirrors } from "../mirrors/mirrors";
import type { Plan } from "./configuration";
import type { Session } from "./session";

/** The hosts of one rehearsal and what they can reach: nothing but this machine's mirrors. */
export interface Stage {
  readonly network: Network;
  readonly master: ThrowAwayHost;
  readonly mirrors: Mirrors;
  /** Starts a command inside the master as if a person had logged in there. */
  readonly inside: Starter;
  /** Copies every log that the deployment wrote on the hosts. */
  collectLogs(): void;
  /** Ends everything, or leaves the hosts standing. */
  close(): Promise<void>;
}

/** Makes the hosts, or finds the kept ones of an earlier rehearsal. */
export async function openStage(args: {
  readonly session: Session;
  readonly plan: Plan;
  readonly engine: Engine;
  readonly keep: boolean;
}): Promise<Stage> {
  const { session, plan, engine, keep } = args;
  const kept = findKept(session.stack);
  const network = kept ?? (await Network.create({ label: session.stack, keep }));
  try {
    // A kept host's configuration names the mirrors' address: it must be the same one next time.
    const port = rememberedPort(network);
    const mirrors = await startMirrors({
      address: network.gateway,
      cacheDir: cacheDir(),
      log: session.log,
      ...(port === undefined ? {} : { port }),
    });
    writeFileSync(portFile(network), String(mirrors.port));
    const master = kept
      ? await revive(kept, plan)
      : await firstHost({ network, plan, binds: binds({ session, engine, plan }), log: session.log });
    const stop = async (): Promise<void> => {
      await mirrors.stop();
      if (!keep) await stopNetwork(network);
    };
    return {
      network,
      master,
      mirrors,
      inside: inside(master),
      collectLogs: () => collectLogs(master, session),
      close: stop,
    };
  } catch (error) {
    if (!kept) await stopNetwork(network);
    throw error;
  }
}

function portFile(network: Network): string {
  return join(network.folder, "mirrors.port");
}

function rememberedPort(network: Network): number | undefined {
  const file = portFile(network);
  return existsSync(file) ? Number(readFileSync(file, "utf8")) : undefined;
}

export function findKept(stack: string): Network | undefined {
  try {
    return openNetwork(stack);
  } catch {
    return undefined;
  }
}

async function revive(network: Network, plan: Plan): Promise<ThrowAwayHost> {
  const host = new ThrowAwayHost(network, plan.master);
  if (!host.isOn()) await host.start();
  return host;
}

async function firstHost(args: {
  readonly network: Network;
  readonly plan: Plan;
  readonly binds: readonly Bind[];
  readonly log: (line: string) => void;
}): Promise<ThrowAwayHost> {
  const image = await baseImage({ storage: args.network.storage, log: args.log });
  const name = args.plan.master;
  return createHost({ network: args.network, name, images: [image], binds: args.binds });
}

/** The engine runs inside the host as well: it sees the project, the engine, Node and the state there. */
function binds(args: { session: Session; engine: Engine; plan: Plan }): Bind[] {
  const { session, engine, plan } = args;
  const readOnly = [projectRoot, ...engine.paths, process.execPath, ...plan.paths];
  const wanted = readOnly.filter((path) => !path.startsWith(`${projectRoot}/`));
  return [
    ...[...new Set(wanted)].map((path) => ({ source: path, target: path, readOnly: true })),
    { source: session.folder, target: session.folder, readOnly: false },
  ];
}

function inside(host: ThrowAwayHost): Starter {
  return ({ command, args, env }) => {
    // This machine's own settings (of pip, of proxies, …) would not be there on a machine of its own.
    const own = Object.entries(env).filter(([name]) => /^(PULUMI_|PATH$)/.test(name));
    const started = host.spawn([command, ...args], { env: Object.fromEntries(own), cwd: projectRoot });
    return { child: started.child, send: (signal) => void started.signal(signal) };
  };
}

function collectLogs(host: ThrowAwayHost, session: Session): void {
  if (!host.isOn()) return;
  const source = join(host.rootDir, "var/log/antares");
  if (!existsSync(source)) return;
  for (const file of readdirSync(source)) {
    cpSync(join(source, file), join(session.logs, `${host.name}-${file}`));
  }
}
