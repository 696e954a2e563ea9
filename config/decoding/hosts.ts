import { clusterHostKeys as keys } from "../keys/hosts";
import type { ClusterHostConfig } from "../model";
import type { Context } from "./context";
import type { Reader } from "./reader";

/** Slots of a node that says no other. */
export interface Slots {
  readonly jobSlots: number;
  readonly daskSlots: number;
}

interface Entry {
  readonly reader: Reader;
  readonly host: ClusterHostConfig;
}

/** Decodes `antares:hosts`: each host, then what holds among them. */
export function decodeHosts(context: Context, slots: Slots): readonly ClusterHostConfig[] {
  const entries = context
    .list("hosts")
    .map((reader): Entry => ({ reader, host: decodeEntry(reader, slots) }));
  requireKeys(context, entries);
  checkUnique(entries);
  // What misses may be in an item that could not be read.
  const sound = entries.every(({ reader }) => reader.sound(keys.name, keys.role));
  if (sound && context.readable("hosts")) {
    checkRoles(context, entries);
    checkJumps(entries);
  }
  return entries.map(({ host }) => host);
}

function decodeEntry(reader: Reader, slots: Slots): ClusterHostConfig {
  const role = reader.value(keys.role);
  const jump = reader.optional(keys.jump);
  const hostKey = reader.optional(keys.hostKey);
  const own = role === "node" ? slots : { jobSlots: 0, daskSlots: 0 };
  const host = {
    name: reader.required(keys.name),
    role,
    access: {
      kind: "ssh",
      address: reader.required(keys.address),
      port: reader.value(keys.port),
      user: reader.value(keys.user),
      ...(hostKey !== undefined && { hostKey }),
    },
    key: reader.value(keys.key),
    ...(jump !== undefined && { jump }),
    jobSlots: reader.optional(keys.jobSlots) ?? own.jobSlots,
    daskSlots: reader.optional(keys.daskSlots) ?? own.daskSlots,
  } as const;
  if (role === "jump") reader.forbid([keys.jump, keys.jobSlots, keys.daskSlots]);
  checkSlots(reader, host);
  return host;
}

function checkSlots(reader: Reader, { role, jobSlots, daskSlots }: ClusterHostConfig): void {
  const sound = reader.sound(keys.role, keys.jobSlots, keys.daskSlots);
  if (!sound || role !== "node" || jobSlots + daskSlots > 0) return;
  reader.refuse(keys.jobSlots, "at least one slot on a node, for jobs or for dask");
}

function requireKeys(context: Context, entries: readonly Entry[]): void {
  const asked = new Set<string>();
  for (const { reader, host } of entries) {
    if (!reader.sound(keys.key) || asked.has(host.key)) continue;
    asked.add(host.key);
    context.requireSecret(host.key, `${reader.at}.key is ${host.key}`);
  }
}

function checkUnique(entries: readonly Entry[]): void {
  const names = new Map<string, string>();
  const places = new Map<string, string>();
  for (const { reader, host } of entries) {
    const name = names.get(host.name);
    if (!reader.sound(keys.name)) continue;
    if (name === undefined) names.set(host.name, reader.at);
    else reader.refuse(keys.name, `a name of its own: ${name} has this one`);
  }
  for (const { reader, host } of entries) {
    if (!reader.sound(keys.address, keys.port)) continue;
    const place = `${host.access.address.toLowerCase()} ${host.access.port}`;
    const first = places.get(place);
    if (first === undefined) places.set(place, reader.at);
    else reader.refuse(keys.address, `an address and port of its own: ${first} has these`);
  }
}

function checkRoles(context: Context, entries: readonly Entry[]): void {
  const [first, ...others] = entries.filter(({ host }) => host.role === "master");
  if (entries.length === 0) {
    context.refuse("hosts", "a list of hosts, because target is hosts; it is missing");
    return;
  }
  if (first === undefined) context.refuse("hosts", "one host with the role master; there is none");
  for (const { reader } of others) {
    reader.refuse(keys.role, `node or jump: ${first?.reader.at} is the master`);
  }
  if (!entries.some(({ host }) => host.jobSlots + host.daskSlots > 0)) {
    context.refuse(
      "hosts",
      "a node, or a master with jobSlots or daskSlots; no host runs anything",
    );
  }
}

function checkJumps(entries: readonly Entry[]): void {
  const byName = new Map(entries.map(({ host }) => [host.name, host]));
  for (const { reader, host } of entries) {
    if (host.jump === undefined || !reader.sound(keys.jump)) continue;
    const over = byName.get(host.jump);
    if (over === undefined || over === host) {
      const names = [...byName.keys()].filter((name) => name !== host.name);
      reader.refuse(keys.jump, `the name of another host of the list (${names.join(", ")})`);
    } else if (over.jump !== undefined && over.role !== "jump") {
      reader.refuse(keys.jump, `a host that is reached without a jump: ${host.jump} is not`);
    }
  }
}
