import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ThrowAwayHost } from "../host";
import { type Network, SHARE_SERVER } from "../network";
import type { Bind } from "../registry";

/** Where `mount -t nfs4` of a host (mount-nfs.sh) looks for the folder of a server. */
const SERVERS = "/run/nfs-servers";

/** Folder of this machine that the file server of a network's hosts serves; gone with the network. */
export function exportedFolder(network: Network): string {
  return join(network.folder, "exports", SHARE_SERVER);
}

/** With this bind a host can mount `share.antares.test:/`. */
export function shareBind(network: Network): Bind {
  const source = exportedFolder(network);
  mkdirSync(source, { recursive: true });
  chmodSync(source, 0o755);
  return { source, target: `${SERVERS}/${SHARE_SERVER}`, readOnly: false };
}

/** What an operator types on a host that is to see the share. @throws when it cannot be mounted */
export async function mountShare(host: ThrowAwayHost, path: string): Promise<void> {
  const options = "nfsvers=4.1,hard,_netdev,nofail";
  const script = `mkdir -p "$1" && echo "$2:/ $1 nfs4 ${options} 0 0" >>/etc/fstab && mount "$1"`;
  const { code, stderr } = await host.exec(["bash", "-c", script, "bash", path, SHARE_SERVER]);
  if (code !== 0) throw new Error(`${host.name}: ${stderr}`);
}

/** From now on whoever touches the share on this host waits, until {@link resumeShare}. */
export function hangShare(host: ThrowAwayHost): Promise<void> {
  return signalShare(host, "STOP");
}

export function resumeShare(host: ThrowAwayHost): Promise<void> {
  return signalShare(host, "CONT");
}

/**
 * From now on whoever touches the share on this host gets an error at once. It stays so until
 * somebody unmounts what is left and mounts it again.
 */
export function failShare(host: ThrowAwayHost): Promise<void> {
  return signalShare(host, "KILL");
}

/** @throws Error when no share is mounted on the host. */
async function signalShare(host: ThrowAwayHost, signal: string): Promise<void> {
  const script = `kill -${signal} $(pgrep -x mergerfs)`;
  const { code, stderr } = await host.exec(["bash", "-c", script]);
  if (code !== 0) throw new Error(`${host.name}: kill -${signal} of its share: ${stderr}`);
}
