import { existsSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import type { Engine } from "../engine/engine";
import { type PulumiCli, succeeded } from "../engine/pulumi";
import type { Starter } from "../engine/start";
import type { ThrowAwayHost } from "../hosts/host";
import type { Network } from "../hosts/network";
import type { Bind } from "../hosts/registry";
import { pinHostKeys } from "./cluster";
import type { Session } from "./session";
import type { Stage } from "./stage";

/** From where the engine reaches the hosts of a rehearsal. */
export interface Way {
  /** Names the state and the logs of what was deployed in it. */
  readonly name: "local" | "ssh";
  /**
   * Where the engine runs. `operator` is a host of its own that is no part of the cluster: it knows
   * the others by name, as an operator's machine does, and no other rehearsal takes its ports.
   */
  readonly engine: "master" | "operator";
  /** Arguments of `refresh`: a program that opens a tunnel must run. */
  readonly refresh: readonly string[];
  /** Tells the configuration how the hosts are reached, now that they stand. */
  configure(
    cli: PulumiCli,
    parts: { readonly session: Session; readonly stage: Stage },
  ): Promise<void>;
  /** The way in which the same hosts are reached once more. */
  readonly again?: Way;
}

/** One host, by SSH. */
const toOneHost: Way = {
  name: "ssh",
  engine: "operator",
  refresh: ["--run-program"],
  configure: async (cli, { stage: { master, network } }) => {
    const ssh = { access: "ssh", address: master.address, hostKey: master.hostKey };
    for (const [key, value] of Object.entries(ssh)) {
      succeeded(await cli.configSet({ key: `antares:host.${key}`, value, path: true }));
    }
    await setKey(cli, network);
  },
};

/** The one host deploys itself. */
export const insideMaster: Way = {
  name: "local",
  engine: "master",
  refresh: [],
  configure: () => Promise.resolve(),
  again: toOneHost,
};

/** All hosts of a cluster, by SSH and by name: addresses differ from run to run. */
export const toCluster: Way = {
  name: "ssh",
  engine: "operator",
  refresh: ["--run-program"],
  configure: async (cli, { session, stage }) => {
    pinHostKeys(session.configFile, stage.hosts);
    await setKey(cli, stage.network);
  },
};

/** Starts the engine on a host, or what a person would start beside it. */
export function startOn(host: ThrowAwayHost): Starter {
  return ({ command, args, env }) => {
    // This machine's own settings (of pip, of proxies, …) would not be there on another one.
    const own = Object.entries(env).filter(([name]) => /^(PULUMI_|PATH$)/.test(name));
    const { child, signal } = host.spawn([command, ...args], {
      env: Object.fromEntries(own),
      cwd: projectRoot,
    });
    return { child, send: (name, whom) => void signal(name, whom) };
  };
}

/** What a host must see of this machine for that: project, engine, Node and state. */
export function engineBinds({ session, engine }: { session: Session; engine: Engine }): Bind[] {
  return [
    ...[projectRoot, ...engine.paths, process.execPath].map(readOnly),
    ...stackFile(session),
    { source: session.folder, target: session.folder, readOnly: false },
  ];
}

export function readOnly(path: string): Bind {
  return { source: path, target: path, readOnly: true };
}

async function setKey(cli: PulumiCli, { privateKey }: Network): Promise<void> {
  const key = "antares:sshPrivateKey";
  succeeded(await cli.configSet({ key, value: privateKey, secret: true }));
}

/** Commands typed by hand in the host find the rehearsal's copy as the stack's own file. */
function stackFile({ stack, configFile }: Session): Bind[] {
  const target = join(projectRoot, `Pulumi.${stack}.yaml`);
  return existsSync(target) ? [{ source: configFile, target, readOnly: false }] : [];
}
