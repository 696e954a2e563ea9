import { spawn, type ChildProcess } from "node:child_process";
import { collect, type CommandResult, run, type RunOptions } from "./command";
import { prepareDisk, writeHostNames } from "./disk";
import type { Image } from "./image";
import { generateKeyPair, type KeyPair } from "./keys";
import { setCable } from "./link";
import { hostFolder, switchOff, switchOn } from "./machine";
import type { Network } from "./network";
import { firstChild, isAlive } from "./process";
import type { Bind, HostRecord } from "./registry";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export interface HostOptions {
  readonly network: Network;
  readonly name: string;
  /** Base first. */
  readonly images: readonly Image[];
  readonly binds?: readonly Bind[];
  /** Of its SSH server; a new pair when absent. */
  readonly keys?: KeyPair;
}

/** Environment beside PATH, HOME and LANG; never part of the command line. */
export interface HostProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Folder in the host; `/` when absent. */
  readonly cwd?: string;
}

/** A process in a host. */
export interface HostProcess {
  /** Carries the streams and the end; its own `kill` always kills. */
  readonly child: ChildProcess;
  /**
   * Sends a signal to the process, or to its whole process group as a terminal does.
   * False when it is not there any more.
   */
  signal(signal: NodeJS.Signals, whom?: "process" | "group"): boolean;
}

/** Makes and starts a host; about 0.1 s. */
export async function createHost(options: HostOptions): Promise<ThrowAwayHost> {
  const { network, name, images, binds = [], keys = generateKeyPair() } = options;
  const record = network.reserve({ name, images, binds, hostKey: keys.publicKey });
  const host = new ThrowAwayHost(network, name);
  try {
    prepareDisk({ network, host: record, hostPrivateKey: keys.privateKey });
    await host.start();
    return host;
  } catch (error) {
    await host.stop();
    throw error;
  }
}

/** One throw-away Debian host, on or off. */
export class ThrowAwayHost {
  constructor(
    readonly network: Network,
    readonly name: string,
  ) {}

  get fqdn(): string {
    return this.record().fqdn;
  }

  get address(): string {
    return this.record().address;
  }

  /** Public host key, `ssh-ed25519 AAAA…`. */
  get hostKey(): string {
    return this.record().hostKey;
  }

  get images(): readonly Image[] {
    return this.record().images;
  }

  /** Its first process as this machine numbers it; throws when the host is off. */
  get pid(): number {
    return this.running().init.pid;
  }

  /** Its root folder as seen from this machine, while it is on. Absolute links lead outside. */
  get rootDir(): string {
    return `/proc/${this.pid}/root`;
  }

  isOn(): boolean {
    const { running } = this.record();
    return running !== undefined && isAlive(running.init);
  }

  /** Switches a new or killed host on, with its disk as it is. */
  async start(): Promise<void> {
    if (this.isOn()) throw new Error(`${this.name} is on already`);
    const running = await switchOn(this.network, this.record());
    this.network.replace({ ...this.record(), running });
    writeHostNames(this.network);
  }

  /** A power cut: every process ends at once; the disk stays for `start`. */
  async kill(): Promise<void> {
    const { running, ...off } = this.record();
    if (running === undefined) return;
    await switchOff(off, running);
    this.network.replace(off);
  }

  /** Pulls the cable: the host goes on, alone. */
  cut(): Promise<void> {
    return setCable(this.address, "down");
  }

  /** Puts the cable back. */
  reconnect(): Promise<void> {
    return setCable(this.address, "up");
  }

  /** Ends the host and removes everything of it. Safe to call twice. */
  async stop(): Promise<void> {
    if (!this.network.hosts().some(({ name }) => name === this.name)) return;
    await this.kill();
    // Ten thousands of files: another process removes them while this one goes on.
    await run(["rm", "-rf", hostFolder(this.network, this.name)], { timeoutMs: 600_000 });
    this.network.forget(this.name);
    writeHostNames(this.network);
  }

  /**
   * Runs a command as root to its end, by default within 60 s; any exit code is an answer.
   * Throws when the time is over: the command and its process group are killed then.
   */
  async exec(
    command: readonly string[],
    options: HostProcessOptions & RunOptions = {},
  ): Promise<CommandResult> {
    const { child, signal } = this.spawn(command, options);
    const kill = (): void => {
      signal("SIGKILL", "group");
      child.kill("SIGKILL");
    };
    return collect({ child, title: `${this.name}: ${command.join(" ")}`, options, kill });
  }

  /** Starts a command as root, with the reduced capabilities of the host. It ends with us. */
  spawn(command: readonly string[], options: HostProcessOptions = {}): HostProcess {
    const child = spawn(
      "setpriv",
      [
        ...["--pdeathsig", "KILL", "nsenter", "--target", String(this.pid)],
        ...["--mount", "--uts", "--ipc", "--net", "--pid"],
        // In a session of its own it can be signalled without nsenter, which must survive it.
        ...["setsid", "setpriv", "--pdeathsig", "KILL"],
        "--bounding-set=-sys_time,-sys_module,-sys_rawio,-syslog",
        ...["env", `--chdir=${options.cwd ?? "/"}`, ...command],
      ],
      {
        detached: true,
        stdio: ["pipe", "pipe", "pipe"],
        env: { PATH, HOME: "/root", LANG: "C.UTF-8", ...options.env },
      },
    );
    return { child, signal: (signal, whom = "process") => send(child, signal, whom) };
  }

  private record(): HostRecord {
    const record = this.network.hosts().find(({ name }) => name === this.name);
    if (record === undefined) throw new Error(`there is no host ${this.name} any more`);
    return record;
  }

  private running(): NonNullable<HostRecord["running"]> {
    const { running } = this.record();
    if (running === undefined) throw new Error(`${this.name} is off`);
    return running;
  }
}

function send(child: ChildProcess, signal: NodeJS.Signals, whom: "process" | "group"): boolean {
  const inner = child.pid === undefined ? undefined : firstChild(child.pid);
  if (inner === undefined) return false;
  try {
    return process.kill(whom === "group" ? -inner : inner, signal);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}
