import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import { lowerDirectories } from "./image";
import { connectHost, portName, removeLink } from "./link";
import type { Network } from "./network";
import { firstChild, identify, killProcess, waitUntilGone } from "./process";
import type { HostRecord } from "./registry";

const BOOT = join(projectRoot, "rehearsal", "hosts", "boot.sh");
const BOOT_LIMIT_MS = 30_000;

type Running = NonNullable<HostRecord["running"]>;

/** Folder of a host: `upper/` is its disk, `console.log` what its SSH server says. */
export function hostFolder(network: Network, name: string): string {
  return join(network.folder, name);
}

/** What a host's first process says: its SSH server logs there. */
export function consoleFile(network: Network, name: string): string {
  return join(hostFolder(network, name), "console.log");
}

/**
 * Switches a host on: namespaces, disk, cable, SSH server. Resolves when the SSH server greets.
 * On failure nothing runs and the error ends with the console's last lines.
 */
export async function switchOn(network: Network, host: HostRecord): Promise<Running> {
  const supervisorPid = startNamespaces(network, host);
  let running: Running | undefined;
  try {
    running = await findInit(supervisorPid);
    await connectHost({
      pid: running.init.pid,
      bridge: network.bridge,
      address: host.address,
    });
    await waitForSsh(host.address, running);
    return running;
  } catch (error) {
    if (running !== undefined) await switchOff(host, running);
    else killSupervisor(supervisorPid);
    const console_ = lastLines(consoleFile(network, host.name));
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${host.fqdn} did not start: ${reason}\n${console_}`);
  }
}

/** Ends every process of a host at once, as a power cut does; its disk stays. */
export async function switchOff(host: HostRecord, running: Running): Promise<void> {
  killProcess(running.init);
  await waitUntilGone([running.init, running.supervisor], 10_000);
  // The kernel removes the cable with the namespace, but a little later.
  await removeLink(portName(host.address));
}

function startNamespaces(network: Network, host: HostRecord): number {
  const folder = hostFolder(network, host.name);
  // overlayfs remembers in work/ that it skipped fsync and would refuse the disk.
  rmSync(join(folder, "work"), { recursive: true, force: true });
  for (const name of ["work", "root", "upper"]) mkdirSync(join(folder, name), { recursive: true });
  const console_ = openSync(consoleFile(network, host.name), "a", 0o600);
  // A host ends with us unless it is to be kept. It has a session of its own in both cases, so that
  // Ctrl-C in a terminal does not reach it.
  const tied = ["setpriv", "--pdeathsig", "KILL"];
  const command = [
    ...(network.keep ? [] : tied),
    ...["unshare", "--mount", "--uts", "--ipc", "--net", "--pid", "--fork"],
    ...(network.keep ? [] : ["--kill-child"]),
    ...["--propagation", "private", "bash", BOOT],
    ...host.binds.flatMap((b) => [b.source, b.target, b.readOnly ? "ro" : "rw"]),
  ];
  const child = spawn("env", command, {
    detached: true,
    stdio: ["ignore", console_, console_],
    env: {
      PATH: process.env["PATH"] ?? "",
      HOST_FQDN: host.fqdn,
      HOST_DIR: folder,
      HOST_LOWER: lowerDirectories(host.images),
    },
  });
  closeSync(console_);
  child.on("error", () => undefined);
  child.unref();
  if (child.pid === undefined) throw new Error("cannot start unshare");
  return child.pid;
}

async function findInit(supervisorPid: number): Promise<Running> {
  return poll(10_000, "no process in the new namespaces", () => {
    const supervisor = identify(supervisorPid);
    if (supervisor === undefined) throw new Error("the namespaces could not be made");
    const child = firstChild(supervisorPid);
    const init = child === undefined ? undefined : identify(child);
    return Promise.resolve(init === undefined ? undefined : { supervisor, init });
  });
}

async function waitForSsh(address: string, running: Running): Promise<void> {
  await poll(BOOT_LIMIT_MS, `no SSH server on ${address}`, async () => {
    if (identify(running.init.pid) === undefined) throw new Error("its first process ended");
    return (await greets(address)) ? true : undefined;
  });
}

function greets(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 22, timeout: 1_000 });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("data", (data) => end(data.toString("latin1").startsWith("SSH-2.0-")));
    socket.once("error", () => end(false));
    socket.once("timeout", () => end(false));
    socket.once("close", () => end(false));
  });
}

async function poll<T>(
  limitMs: number,
  what: string,
  attempt: () => Promise<T | undefined>,
): Promise<T> {
  for (const end = Date.now() + limitMs; ;) {
    const result = await attempt();
    if (result !== undefined) return result;
    if (Date.now() > end) throw new Error(`${what} after ${limitMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function killSupervisor(pid: number): void {
  const process_ = identify(pid);
  if (process_ !== undefined) killProcess(process_);
}

function lastLines(file: string): string {
  if (!existsSync(file)) return "";
  return readFileSync(file, "utf8").trim().split("\n").slice(-20).join("\n");
}
