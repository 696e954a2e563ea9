import { randomBytes } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateKeyPair, type KeyPair } from "./keys";
import { createBridge, removeLink } from "./link";
import { withLock } from "../lock";
import { self } from "./process";
import { readRun, writeRun, type HostRecord, type RunRecord } from "./registry";
import { openStorage, type Storage } from "./storage";

/** Names of hosts end in it; no name server will ever know it. */
const DOMAIN = "antares.test";

export function fqdnOf(name: string): string {
  return `${name}.${DOMAIN}`;
}

/** By which hosts know the machine that made them, whatever the address of its bridge. */
export const GATEWAY_NAME = fqdnOf("gateway");

/** The file server of the hosts, where they have one; see share/share.ts. */
export const SHARE_SERVER = fqdnOf("share");

export interface NetworkOptions {
  /** Whose hosts these are, usually the stack's name; `openNetwork` finds a kept network by it. */
  readonly label: string;
  /** The network and its hosts outlive this process until they are stopped. */
  readonly keep?: boolean;
  readonly storage?: Storage;
  /** Logs every host's root in; a new pair when absent. */
  readonly keys?: KeyPair;
}

/** Held while a bridge is made, so that a sweep does not take it for an ownerless one. */
export function linksLock(storage: Storage): string {
  return join(storage.runs, ".links.lock");
}

/**
 * One bridge that throw-away hosts share with this machine and with nobody else: no translation, no
 * default route. What hosts may reach is what listens on {@link Network.gateway}.
 */
export class Network {
  /** The machine's address on the bridge. */
  readonly gateway: string;
  /** Logs every host's root in; OpenSSH format. */
  readonly privateKey: string;
  readonly privateKeyFile: string;
  readonly publicKey: string;
  private record: RunRecord;

  private constructor(
    readonly storage: Storage,
    /** Folder of the run: record, key, disks, logs. */
    readonly folder: string,
    record: RunRecord,
  ) {
    this.record = record;
    this.gateway = `${record.prefix}.1`;
    this.privateKeyFile = join(folder, "id_ed25519");
    this.privateKey = readFileSync(this.privateKeyFile, "utf8");
    this.publicKey = readFileSync(`${this.privateKeyFile}.pub`, "utf8").trim();
  }

  static async create(options: NetworkOptions): Promise<Network> {
    const storage = options.storage ?? openStorage();
    const folder = join(storage.runs, randomBytes(6).toString("hex"));
    const { label, keep = false } = options;
    // The record comes first: whatever follows, a sweep finds what was made.
    const record = { label, owner: self(), keep, bridge: "", prefix: "", hosts: [] };
    writeRun(folder, record);
    const { privateKey, publicKey } = options.keys ?? generateKeyPair();
    writeFileSync(join(folder, "id_ed25519"), privateKey, { mode: 0o600 });
    writeFileSync(join(folder, "id_ed25519.pub"), `${publicKey}\n`);
    const { bridge, prefix } = await withLock(linksLock(storage), () => createBridge(folder)).catch(
      (error: unknown) => {
        rmSync(folder, { recursive: true, force: true });
        throw error;
      },
    );
    const network = new Network(storage, folder, { ...record, bridge, prefix });
    network.save();
    return network;
  }

  /** The network of an earlier process. */
  static open(storage: Storage, folder: string): Network {
    const record = readRun(folder);
    if (record === undefined) throw new Error(`${folder} holds no network`);
    return new Network(storage, folder, record);
  }

  get bridge(): string {
    return this.record.bridge;
  }

  get keep(): boolean {
    return this.record.keep;
  }

  get label(): string {
    return this.record.label;
  }

  hosts(): readonly HostRecord[] {
    return this.record.hosts;
  }

  /** Lines of /etc/hosts for every host and for what this machine is to them. */
  names(): readonly string[] {
    const hosts = this.hosts().map((host) => `${host.address} ${host.fqdn} ${host.name}`);
    return [`${this.gateway} ${GATEWAY_NAME} ${SHARE_SERVER}`, ...hosts];
  }

  /** Gives a new host its names and the lowest free address, and writes it down. */
  reserve(host: Pick<HostRecord, "name" | "hostKey" | "images" | "binds">): HostRecord {
    if (!/^[a-z][a-z0-9-]{0,40}$/.test(host.name)) throw new Error(`not a host name: ${host.name}`);
    const { hosts, prefix } = this.record;
    if (hosts.some(({ name }) => name === host.name))
      throw new Error(`${host.name} exists already`);
    const taken = new Set(hosts.map(({ address }) => address));
    const address = Array.from({ length: 244 }, (_, i) => `${prefix}.${i + 10}`).find(
      (candidate) => !taken.has(candidate),
    );
    if (address === undefined) throw new Error(`no address is left in ${prefix}.0/24`);
    const record = { ...host, address, fqdn: fqdnOf(host.name) };
    this.update([...hosts, record]);
    return record;
  }

  /** Replaces what is written down about the host of the same name. */
  replace(host: HostRecord): void {
    this.update(this.record.hosts.map((old) => (old.name === host.name ? host : old)));
  }

  forget(name: string): void {
    this.update(this.record.hosts.filter((host) => host.name !== name));
  }

  /** Removes the bridge and the folder; every host must be stopped. */
  async remove(): Promise<void> {
    const left = this.record.hosts.map(({ name }) => name);
    if (left.length > 0) throw new Error(`hosts still exist: ${left.join(", ")}`);
    await removeLink(this.bridge);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private update(hosts: readonly HostRecord[]): void {
    this.record = { ...this.record, hosts };
    this.save();
  }

  private save(): void {
    writeRun(this.folder, this.record);
  }
}
