import { randomUUID } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Image, newWorkFolder, plannedImage, publish } from "./image";
import type { ThrowAwayHost } from "./host";
import { hostFolder } from "./machine";
import type { Network } from "./network";
import { isAlive } from "./process";
import type { HostRecord } from "./registry";

const BEGIN = "# throw-away hosts: begin";
const END = "# throw-away hosts: end";

/** What belongs to one host and must not become part of an image. */
const IDENTITY = [
  "etc/ssh/ssh_host_ed25519_key",
  "etc/ssh/ssh_host_ed25519_key.pub",
  "etc/hostname",
  "etc/hosts",
  "root/.ssh/authorized_keys",
];

/** Writes a new host's identity to its empty disk. */
export function prepareDisk(options: {
  readonly network: Network;
  readonly host: HostRecord;
  readonly hostPrivateKey: string;
}): void {
  const { network, host, hostPrivateKey } = options;
  const upper = join(hostFolder(network, host.name), "upper");
  const write = (path: string, text: string, mode: number): void => {
    const file = join(upper, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode });
  };
  // The upper folder's own modes hide the image's.
  for (const folder of ["", "etc", "etc/ssh"]) {
    mkdirSync(join(upper, folder), { recursive: true });
    chmodSync(join(upper, folder), 0o755);
  }
  mkdirSync(join(upper, "root"), { mode: 0o700 });
  mkdirSync(join(upper, "root/.ssh"), { mode: 0o700 });
  write("etc/ssh/ssh_host_ed25519_key", hostPrivateKey, 0o600);
  write("etc/ssh/ssh_host_ed25519_key.pub", `${host.hostKey}\n`, 0o644);
  write("etc/hostname", `${host.fqdn}\n`, 0o644);
  write("etc/hosts", hostNames(network), 0o644);
  write("root/.ssh/authorized_keys", `${network.publicKey}\n`, 0o600);
}

/** Tells every running host all names: there is no name server. */
export function writeHostNames(network: Network): void {
  for (const { running } of network.hosts()) {
    if (running === undefined || !isAlive(running.init)) continue;
    const file = `/proc/${running.init.pid}/root/etc/hosts`;
    try {
      const rest = readFileSync(file, "utf8").split(`${END}\n`).at(-1) ?? "";
      writeFileSync(file, hostNames(network) + rest);
    } catch (error) {
      // Hosts of one network are stopped side by side: one that is ending has no root any more.
      if (!isMissing(error)) throw error;
    }
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^(ENOENT|ESRCH)$/.test(String(error.code));
}

/**
 * The disk of `host` as a layer for new hosts, on top of the images that it was made of. The host is
 * switched off and used up by it.
 */
export async function snapshot(host: ThrowAwayHost, name: string): Promise<Image> {
  const { storage } = host.network;
  const image = plannedImage(storage, { name, text: randomUUID(), below: host.images });
  await host.kill();
  const upper = join(hostFolder(host.network, host.name), "upper");
  for (const path of IDENTITY) rmSync(join(upper, path), { force: true });
  const folder = newWorkFolder(storage);
  renameSync(upper, join(folder, "tree"));
  publish(folder, image);
  await host.stop();
  return image;
}

function hostNames(network: Network): string {
  return [BEGIN, "127.0.0.1 localhost", ...network.names(), END, ""].join("\n");
}
