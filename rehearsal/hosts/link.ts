import { CommandError, run } from "./command";

/** A network device of this machine that a rehearsal made. */
export interface RehearsalLink {
  readonly name: string;
  /** Folder of the run that made it; only bridges have one. */
  readonly owner: string | undefined;
}

const BRIDGE = /^ant3-\d+$/;
const PORT = /^a3-\d+-\d+$/;

/** `10.77.4` for the subnet number 4. */
function subnetPrefix(subnet: number): string {
  return `10.77.${subnet}`;
}

/**
 * Makes a bridge on a free subnet 10.77.N.0/24 and gives it the address 10.77.N.1. The kernel refuses
 * a second device of the same name, so the name is the lock between rehearsals that start together.
 */
export async function createBridge(owner: string): Promise<{ bridge: string; prefix: string }> {
  const taken = await usedAddresses();
  for (let subnet = 0; subnet < 256; subnet++) {
    const bridge = `ant3-${subnet}`;
    const prefix = subnetPrefix(subnet);
    if (taken.some((address) => address.startsWith(`${prefix}.`))) continue;
    if (!(await addBridge(bridge))) continue;
    // The kernel keeps the owner with the device, so a left-over is known even if all files are gone.
    await ip("link", "set", bridge, "alias", owner);
    await ip("addr", "add", `${prefix}.1/24`, "dev", bridge);
    await ip("link", "set", bridge, "up");
    return { bridge, prefix };
  }
  throw new Error("no free subnet in 10.77.0.0/16");
}

/** Connects the namespaces of process `pid` as `address`; the host's own device is eth0. */
export async function connectHost(host: {
  readonly pid: number;
  readonly bridge: string;
  readonly address: string;
}): Promise<void> {
  const [a, b, subnet, number] = host.address.split(".").map(Number);
  if (a === undefined || b === undefined || subnet === undefined || number === undefined) {
    throw new Error(`not an IPv4 address: ${host.address}`);
  }
  // With a fixed hardware address a host that is made again answers at once: no stale neighbours.
  const mac = [2, 0, a, b, subnet, number].map((n) => n.toString(16).padStart(2, "0")).join(":");
  const port = portName(host.address);
  const pid = String(host.pid);
  await ip(
    ...["link", "add", port, "type", "veth"],
    ...["peer", "name", "eth0", "address", mac, "netns", pid],
  );
  await ip("link", "set", port, "master", host.bridge, "up");
  const inside = ["nsenter", "--target", pid, "--net", "ip"];
  await run([...inside, "link", "set", "lo", "up"]);
  await run([...inside, "addr", "add", `${host.address}/24`, "dev", "eth0"]);
  await run([...inside, "link", "set", "eth0", "up"]);
}

/** The machine's end of a host's cable. */
export function portName(address: string): string {
  const [, , subnet, number] = address.split(".");
  return `a3-${subnet ?? ""}-${number ?? ""}`;
}

/** Pulls the cable of a host out of the bridge, or puts it back. */
export async function setCable(address: string, state: "up" | "down"): Promise<void> {
  await ip("link", "set", portName(address), state);
}

/** Removes a device; one that is gone already is fine. */
export async function removeLink(name: string): Promise<void> {
  try {
    await ip("link", "del", name);
  } catch (error) {
    // The second form: it went between the look-up of its name and the request.
    const gone = /Cannot find device|No such device/;
    if (!(error instanceof CommandError && gone.test(error.message))) throw error;
  }
}

/** Every device of any rehearsal on this machine. */
export async function rehearsalLinks(): Promise<RehearsalLink[]> {
  const { stdout } = await run(["ip", "-json", "link", "show"]);
  const links = JSON.parse(stdout) as { ifname: string; ifalias?: string }[];
  return links
    .filter((link) => BRIDGE.test(link.ifname) || PORT.test(link.ifname))
    .map((link) => ({ name: link.ifname, owner: link.ifalias }));
}

async function addBridge(name: string): Promise<boolean> {
  try {
    // Without these a port forwards nothing for the first 15 s.
    const options = ["stp_state", "0", "forward_delay", "0"];
    await ip("link", "add", name, "type", "bridge", ...options);
    return true;
  } catch (error) {
    if (error instanceof CommandError && /File exists/.test(error.message)) return false;
    throw error;
  }
}

async function usedAddresses(): Promise<string[]> {
  const { stdout } = await run(["ip", "-json", "-4", "addr", "show"]);
  const links = JSON.parse(stdout) as { addr_info: { local?: string }[] }[];
  return links.flatMap((link) => link.addr_info.flatMap(({ local }) => local ?? []));
}

async function ip(...args: string[]): Promise<void> {
  await run(["ip", ...args], { timeoutMs: 10_000 });
}
