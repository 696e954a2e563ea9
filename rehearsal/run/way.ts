import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import type { Engine } from "../engine/engine";
import { type PulumiCli, succeeded } from "../engine/pulumi";
import { ownGroup, type Starter } from "../engine/start";
import type { Network } from "../hosts/network";
import type { Bind } from "../hosts/registry";
import { pinHostKeys } from "./cluster";
import type { Session } from "./session";
import type { Stage } from "./stage";

/** From where the engine reaches the hosts of a rehearsal. */
export interface Way {
  /** Names the state and the logs of what was deployed in it. */
  readonly name: "local" | "ssh";
  /** Arguments of `refresh`: a program that opens a tunnel must run. */
  readonly refresh: readonly string[];
  /** What the master must see of this machine. */
  binds(parts: { readonly session: Session; readonly engine: Engine }): readonly Bind[];
  /** Starts the engine, and what a person would start beside it. */
  starter(parts: { readonly session: Session; readonly stage: Stage }): Starter;
  /** Tells the configuration how the hosts are reached, now that they stand. */
  configure(
    cli: PulumiCli,
    parts: { readonly session: Session; readonly stage: Stage },
  ): Promise<void>;
  /** The way in which the same hosts are reached once more. */
  readonly again?: Way;
}

/** One host, by SSH from this machine. */
const toOneHost: Way = {
  name: "ssh",
  refresh: ["--run-program"],
  binds: () => [],
  starter: ({ session, stage }) => onThisMachine(session, stage.network),
  configure: async (cli, { stage: { master, network } }) => {
    const ssh = { access: "ssh", address: master.address, hostKey: master.hostKey };
    for (const [key, value] of Object.entries(ssh)) {
      succeeded(await cli.configSet({ key: `antares:host.${key}`, value, path: true }));
    }
    await setKey(cli, network);
  },
};

/** The engine runs inside the master: it sees project, engine, Node and state there. */
export const insideMaster: Way = {
  name: "local",
  refresh: [],
  binds: ({ session, engine }) => [
    ...[projectRoot, ...engine.paths, process.execPath].map(readOnly),
    ...stackFile(session),
    { source: session.folder, target: session.folder, readOnly: false },
  ],
  starter:
    ({ stage: { master } }) =>
    ({ command, args, env }) => {
      // This machine's own settings (of pip, of proxies, …) would not be there on another one.
      const own = Object.entries(env).filter(([name]) => /^(PULUMI_|PATH$)/.test(name));
      const { child, signal } = master.spawn([command, ...args], {
        env: Object.fromEntries(own),
        cwd: projectRoot,
      });
      return { child, send: (name, whom) => void signal(name, whom) };
    },
  configure: () => Promise.resolve(),
  again: toOneHost,
};

/** All hosts of a cluster, by SSH from this machine. */
export const toCluster: Way = {
  ...toOneHost,
  configure: async (cli, { session, stage }) => {
    pinHostKeys(session.configFile, stage.hosts);
    await setKey(cli, stage.network);
  },
};

export function readOnly(path: string): Bind {
  return { source: path, target: path, readOnly: true };
}

async function setKey(cli: PulumiCli, { privateKey }: Network): Promise<void> {
  const key = "antares:sshPrivateKey";
  succeeded(await cli.configSet({ key, value: privateKey, secret: true }));
}

/** Commands typed by hand find the rehearsal's copy as the stack's own file. */
function stackFile({ stack, configFile }: Session): Bind[] {
  const target = join(projectRoot, `Pulumi.${stack}.yaml`);
  return existsSync(target) ? [{ source: configFile, target, readOnly: false }] : [];
}

/**
 * Here, with a view of files of its own: it has the hosts' names, as an operator's machine has them.
 * By name the state is the same whichever addresses a rehearsal got.
 */
function onThisMachine(session: Session, network: Network): Starter {
  const names = { source: network.namesFile, target: "/etc/hosts" };
  const files = [names, ...stackFile(session)].flatMap(({ source, target }) => [source, target]);
  const door = ["--mount", "bash", join(projectRoot, "rehearsal/run/view.sh"), ...files, "--"];
  return ({ command, args, env }) =>
    ownGroup(
      spawn("unshare", [...door, command, ...args], {
        env: { PATH: process.env["PATH"] ?? "", ...env },
        cwd: projectRoot,
        stdio: "pipe",
        // A group of its own: Ctrl-C at the terminal reaches only us, who pass it on once.
        detached: true,
      }),
    );
}
