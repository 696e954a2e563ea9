import { cpSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import { cacheDir } from "../cache";
import type { Engine } from "../engine/engine";
import type { Starter } from "../engine/pulumi";
import { baseImage } from "../hosts/base";
import type { Image } from "../hosts/image";
import { createHost, ThrowAwayHost } from "../hosts/host";
import { openNetwork, stopNetwork } from "../hosts/kept";
import { GATEWAY_NAME, Network } from "../hosts/network";
import type { Bind } from "../hosts/registry";
import { type Mirrors, startMirrors } from "../mirrors/mirrors";
import { bordersFolder, type ClosedSite, type Plan, syntheticBorders } from "./configuration";
import type { Session } from "./session";

/** Free on every bridge, which is made for one rehearsal alone. */
const MIRRORS_PORT = 8080;

/** Where hosts find packages: the same on every rehearsal, because it is part of the configuration. */
export const closedSite: ClosedSite = {
  debian: `http://${GATEWAY_NAME}:${MIRRORS_PORT}/debian`,
  pythonIndex: `http://${GATEWAY_NAME}:${MIRRORS_PORT}/simple`,
};

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
  /** Layers on top of the base, for a host that does not begin with nothing. */
  readonly images?: readonly Image[];
}): Promise<Stage> {
  const { session, plan, engine, keep } = args;
  const kept = findKept(session.stack);
  const network = kept ?? (await Network.create({ label: session.stack, keep }));
  let mirrors: Mirrors | undefined;
  try {
    mirrors = await startMirrors({
      address: network.gateway,
      name: GATEWAY_NAME,
      port: MIRRORS_PORT,
      cacheDir: cacheDir(),
      log: session.log,
    });
    const served = mirrors;
    const master = kept
      ? await revive(kept, plan)
      : await firstHost({
          network,
          images: args.images ?? [],
          plan,
          binds: binds({ session, engine, plan }),
          log: session.log,
        });
    return {
      network,
      master,
      mirrors: served,
      inside: inside(master),
      collectLogs: () => collectLogs(master, session),
      close: async () => {
        await served.stop();
        if (!keep) await stopNetwork(network);
      },
    };
  } catch (error) {
    await mirrors?.stop();
    if (!kept) await stopNetwork(network);
    throw error;
  }
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

export async function firstHost(args: {
  readonly network: Network;
  readonly plan: Plan;
  readonly binds: readonly Bind[];
  readonly log: (line: string) => void;
  /** Layers on top of the base. */
  readonly images?: readonly Image[];
}): Promise<ThrowAwayHost> {
  syntheticBorders();
  const image = await baseImage({ storage: args.network.storage, log: args.log });
  const name = args.plan.master;
  return createHost({
    network: args.network,
    name,
    images: [image, ...(args.images ?? [])],
    binds: args.binds,
  });
}

/** The engine runs inside the host as well: it sees the project, the engine, Node and the state there. */
function binds(args: { session: Session; engine: Engine; plan: Plan }): Bind[] {
  const { session, engine, plan } = args;
  const readOnly = [projectRoot, ...engine.paths, process.execPath, bordersFolder(), ...plan.paths];
  const stackFile = join(projectRoot, `Pulumi.${session.stack}.yaml`);
  const wanted = readOnly.filter((path) => !path.startsWith(`${projectRoot}/`));
  return [
    ...[...new Set(wanted)].map((path) => ({ source: path, target: path, readOnly: true })),
    // Commands typed by hand in the host find the rehearsal's copy as the stack's own file.
    ...(existsSync(stackFile)
      ? [{ source: session.configFile, target: stackFile, readOnly: false }]
      : []),
    { source: session.folder, target: session.folder, readOnly: false },
  ];
}

function inside(host: ThrowAwayHost): Starter {
  return ({ command, args, env }) => {
    // This machine's own settings (of pip, of proxies, …) would not be there on a machine of its own.
    const own = Object.entries(env).filter(([name]) => /^(PULUMI_|PATH$)/.test(name));
    const started = host.spawn([command, ...args], {
      env: Object.fromEntries(own),
      cwd: projectRoot,
    });
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
