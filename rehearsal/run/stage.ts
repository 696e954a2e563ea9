import { cacheDir } from "../cache";
import type { Engine } from "../engine/engine";
import { baseImage } from "../hosts/base";
import { type Frozen, thawShare } from "../hosts/frozen";
import type { Image } from "../hosts/image";
import { createHost, ThrowAwayHost } from "../hosts/host";
import { openNetwork, stopNetwork } from "../hosts/kept";
import { clusterImages } from "../hosts/layers";
import { GATEWAY_NAME, Network } from "../hosts/network";
import type { Bind } from "../hosts/registry";
import { shareBind } from "../hosts/share/share";
import { type Mirrors, startMirrors } from "../mirrors/mirrors";
import {
  bordersFolder,
  type ClosedSite,
  type Plan,
  type PlannedHost,
  standInSource,
  syntheticBorders,
} from "./configuration";
import { collectLogs } from "./logs";
import type { Session } from "./session";
import { engineBinds, readOnly, type Way } from "./way";

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
  /** In the order of the plan. */
  readonly hosts: readonly ThrowAwayHost[];
  readonly master: ThrowAwayHost;
  /** The host on which a way has the engine. */
  engineHost(way: Way): ThrowAwayHost;
  /** A host that the plan does not know, made like its nodes. */
  addHost(name: string): Promise<ThrowAwayHost>;
  /** Copies every log that the deployment wrote on the hosts. */
  collectLogs(): void;
  /** Ends everything, or leaves the hosts standing. */
  close(): Promise<void>;
}

export interface StageOptions {
  readonly session: Session;
  readonly plan: Plan;
  readonly engine: Engine;
  readonly keep: boolean;
  /** Hosts that begin as they were once; others are made fresh. */
  readonly frozen?: Frozen;
}

/** Makes the hosts, or finds the kept ones of an earlier rehearsal. */
export async function openStage(options: StageOptions): Promise<Stage> {
  const { session, plan, keep, frozen } = options;
  const kept = findKept(session.stack);
  const keys = frozen ? { keys: frozen.keys } : {};
  const network = kept ?? (await Network.create({ label: session.stack, keep, ...keys }));
  let mirrors: Mirrors | undefined;
  try {
    const served = await serveMirrors(network, session.log);
    mirrors = served;
    if (frozen) await thawShare(frozen, network);
    const hosts = await raiseHosts(network, options);
    const master = new ThrowAwayHost(network, plan.master);
    return {
      network,
      hosts,
      master,
      engineHost: ({ engine }) =>
        engine === "master" ? master : new ThrowAwayHost(network, OPERATOR.name),
      addHost: (name) => raise({ name, role: "node" }, network, options),
      collectLogs: () =>
        network.hosts().forEach((host) => {
          collectLogs(new ThrowAwayHost(network, host.name), session.logs);
        }),
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

/** The registries of a network's hosts. */
function serveMirrors(network: Network, log: (line: string) => void): Promise<Mirrors> {
  return startMirrors({
    address: network.gateway,
    name: GATEWAY_NAME,
    port: MIRRORS_PORT,
    cacheDir: cacheDir(),
    log,
  });
}

const OPERATOR = { name: "operator", role: "operator" } as const;

type StageHost = PlannedHost | typeof OPERATOR;

/** All hosts of the plan and the operator's, side by side; gives those of the plan. */
async function raiseHosts(network: Network, options: StageOptions): Promise<ThrowAwayHost[]> {
  syntheticBorders();
  const { hosts } = options.plan;
  const raised = await Promise.allSettled(
    [...hosts, OPERATOR].map((host) => raise(host, network, options)),
  );
  // Only when all are settled can those that stand be taken away again.
  const standing = raised.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
  return standing.slice(0, hosts.length);
}

/** A new host, a frozen one, or the one of an earlier rehearsal as it is. */
async function raise(
  planned: StageHost,
  network: Network,
  options: StageOptions,
): Promise<ThrowAwayHost> {
  const { name } = planned;
  if (network.hosts().some((host) => host.name === name)) {
    const host = new ThrowAwayHost(network, name);
    if (!host.isOn()) await host.start();
    return host;
  }
  const disk = options.frozen?.hosts[name] ?? { images: await imagesOf(planned, network, options) };
  return createHost({ network, name, ...disk, binds: bindsOf(planned, network, options) });
}

async function imagesOf(
  { role }: StageHost,
  { storage }: Network,
  { plan, session: { log } }: StageOptions,
): Promise<readonly Image[]> {
  const options = { storage, log };
  const works = role !== "operator" && isCluster(plan);
  return works ? clusterImages(options) : [await baseImage(options)];
}

function isCluster({ hosts }: Plan): boolean {
  return hosts.length > 1;
}

/**
 * What a host sees of this machine: the engine where it runs; what the configuration names, but on
 * nodes, which get all they need from the share; and in a cluster that share.
 */
function bindsOf({ role }: StageHost, network: Network, options: StageOptions): Bind[] {
  const { plan, session, engine } = options;
  const runsEngine = plan.way.engine === role || plan.way.again?.engine === role;
  const named = [bordersFolder(), ...(plan.standIn ? [standInSource] : []), ...plan.paths];
  return withoutInner([
    ...(runsEngine ? engineBinds({ session, engine }) : []),
    ...(role === "node" ? [] : named.map(readOnly)),
    ...(isCluster(plan) && role !== "operator" ? [shareBind(network)] : []),
  ]);
}

/** What lies in a folder that is bound already is there already. */
function withoutInner(binds: readonly Bind[]): Bind[] {
  const targets = binds.filter(({ readOnly }) => readOnly).map(({ target }) => target);
  return binds.filter(
    ({ target, readOnly }, index) =>
      !readOnly ||
      (!targets.some((outer) => target.startsWith(`${outer}/`)) &&
        binds.findIndex((each) => each.target === target) === index),
  );
}
