import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./command";
import { snapshot } from "./disk";
import type { ThrowAwayHost } from "./host";
import { type Image, removeImage } from "./image";
import type { KeyPair } from "./keys";
import type { Network } from "./network";
import { exportedFolder } from "./share/share";

/** Hosts of one network as they were when their power was cut, to be made again as often as wanted. */
export interface Frozen {
  /** Logs root in everywhere. */
  readonly keys: KeyPair;
  readonly hosts: Readonly<Record<string, FrozenHost>>;
  /** Folder with what was on their share. */
  readonly share: string;
}

export interface FrozenHost {
  /** Base first; the topmost is the host's own disk. */
  readonly images: readonly Image[];
  /** Of its SSH server: whoever pinned it knows the host again. */
  readonly keys: KeyPair;
}

const FILE = "frozen.json";

/**
 * Cuts the power of all hosts at once and keeps what they were in `folder` and in images called
 * `name`. The hosts are used up by it.
 */
export async function freeze(
  hosts: readonly ThrowAwayHost[],
  to: { readonly network: Network; readonly name: string; readonly folder: string },
): Promise<void> {
  const { network, name, folder } = to;
  const keys = hosts.map(hostKeys);
  await Promise.all(hosts.map((host) => host.kill()));
  const share = join(folder, "share");
  await copyTree(exportedFolder(network), share);
  const frozen: [string, FrozenHost][] = [];
  for (const [index, host] of hosts.entries()) {
    const below = host.images;
    const image = await snapshot(host, `${name}-${host.name}`);
    const own = keys[index];
    if (own !== undefined) frozen.push([host.name, { images: [...below, image], keys: own }]);
  }
  await shareFiles(frozen.map(([, { images }]) => images.at(-1)));
  const { privateKey, publicKey } = network;
  const all: Frozen = {
    keys: { privateKey, publicKey },
    hosts: Object.fromEntries(frozen),
    share,
  };
  writeFileSync(join(folder, FILE), JSON.stringify(all), { mode: 0o600 });
}

/** Puts what was on the share of frozen hosts on the share of a new network. */
export function thawShare(frozen: Frozen, network: Network): Promise<void> {
  return copyTree(frozen.share, exportedFolder(network));
}

/** Removes what {@link freeze} kept in `folder`; nothing may use it. */
export function removeFrozen(folder: string): void {
  const frozen = findFrozen(folder);
  for (const { images } of Object.values(frozen?.hosts ?? {})) {
    const own = images.at(-1);
    if (own !== undefined) removeImage(own);
  }
  rmSync(folder, { recursive: true, force: true });
}

/** Nodes have the same gigabyte of software: one copy serves them all, on disk and in memory. */
async function shareFiles(images: readonly (Image | undefined)[]): Promise<void> {
  const trees = images.flatMap((image) => image?.tree ?? []);
  const options = ["--quiet", "--respect-name", "--respect-xattrs", "--ignore-time"];
  const large = ["--minimum-size", "1024"];
  await run(["hardlink", ...options, ...large, ...trees], { timeoutMs: 600_000 });
}

/** With owners, modes and times, as Node's own copy does not. */
async function copyTree(from: string, to: string): Promise<void> {
  mkdirSync(to, { recursive: true });
  if (!existsSync(from)) return;
  await run(["cp", "--archive", "--reflink=auto", `${from}/.`, to], { timeoutMs: 300_000 });
}

function hostKeys(host: ThrowAwayHost): KeyPair {
  const file = join(host.rootDir, "etc/ssh/ssh_host_ed25519_key");
  return { privateKey: readFileSync(file, "utf8"), publicKey: host.hostKey };
}

/** What {@link freeze} kept in `folder`; undefined where it, or an image of it, is not there. */
export function findFrozen(folder: string): Frozen | undefined {
  const file = join(folder, FILE);
  if (!existsSync(file)) return undefined;
  const frozen = JSON.parse(readFileSync(file, "utf8")) as Frozen;
  const trees = Object.values(frozen.hosts).flatMap(({ images }) => images.map(({ tree }) => tree));
  if (!trees.every((tree) => existsSync(tree))) return undefined;
  // As used: a sweep removes what nobody has used for weeks.
  const now = new Date();
  for (const tree of trees) utimesSync(join(tree, ".."), now, now);
  return frozen;
}
