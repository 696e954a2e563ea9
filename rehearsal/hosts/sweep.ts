import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { workFolderOwner } from "./image";
import { rehearsalLinks, removeLink } from "./link";
import { withLock } from "../lock";
import { linksLock } from "./network";
import { identify, isAlive, killProcess, waitUntilGone, type ProcessIdentity } from "./process";
import { listRuns, readRun, type RunRecord } from "./registry";
import type { Storage } from "./storage";

const UNUSED_IMAGE_DAYS = 21;

/** Something of a rehearsal that is still on this machine. */
export interface Leftover {
  readonly kind: "process" | "link" | "run" | "work";
  /** What a person needs to look at it: pid and command, device, folder. */
  readonly what: string;
}

/**
 * Everything that rehearsals on `storage` have on this machine: those of this process, which says
 * that it has stopped them, and those of dead ones. Kept runs and other living processes' are fine.
 */
export async function findLeftovers(storage: Storage): Promise<Leftover[]> {
  const all = listRuns(storage);
  const runs = all.map(({ folder }) => folder);
  const spared = all.filter(({ record }) => isRightful(record)).map(({ folder }) => folder);
  const isSpared = (text: string): boolean => spared.some((folder) => text.includes(folder));
  return [
    ...mountHolders(storage.runs, isSpared),
    ...(await links(storage, spared)).map((what) => ({ kind: "link" as const, what })),
    ...runs.filter((run) => !isSpared(run)).map((what) => ({ kind: "run" as const, what })),
    ...workFolders(storage).map((what) => ({ kind: "work" as const, what })),
  ];
}

/**
 * Removes what dead rehearsals left: hosts, devices, folders; and layers that nobody used for some
 * weeks. Kept runs and runs of living processes stay. Returns what it removed, for the log.
 */
export async function sweep(storage: Storage): Promise<string[]> {
  return withLock(linksLock(storage), async () => {
    const removed: string[] = [];
    for (const { folder, record } of listRuns(storage)) {
      if (record !== undefined && (record.keep || isAlive(record.owner))) continue;
      if (record === undefined && isYoung(folder)) continue;
      if (record !== undefined) await endHosts(record);
      if (record !== undefined && record.bridge !== "") await removeLink(record.bridge);
      rmSync(folder, { recursive: true, force: true });
      removed.push(folder);
    }
    for (const link of await ownerless(storage)) {
      await removeLink(link);
      removed.push(link);
    }
    for (const name of workFolders(storage)) {
      rmSync(join(storage.images, name), { recursive: true, force: true });
      removed.push(name);
    }
    return [...removed, ...removeUnusedImages(storage)];
  });
}

function isRightful(record: RunRecord | undefined): boolean {
  if (record === undefined) return false;
  return record.keep || (record.owner.pid !== process.pid && isAlive(record.owner));
}

async function endHosts(record: RunRecord): Promise<void> {
  const processes = record.hosts.flatMap(({ running }) =>
    running === undefined ? [] : [running.init, running.supervisor],
  );
  processes.forEach(killProcess);
  await waitUntilGone(processes, 10_000);
}

/** Bridges of dead runs of this storage, and bridges whose run's folder is gone. */
async function ownerless(storage: Storage): Promise<string[]> {
  const all = await rehearsalLinks();
  return all
    .filter(({ owner }) => owner?.startsWith(`${storage.runs}/`) === true)
    .filter(({ owner }) => owner !== undefined && readRun(owner) === undefined)
    .map(({ name }) => name);
}

/** The kernel takes a host's cable away some time after the host's last process. */
const CABLE_MS = 10_000;

async function links(storage: Storage, spared: readonly string[]): Promise<string[]> {
  const deadline = Date.now() + CABLE_MS;
  for (;;) {
    const found = await linksNow(storage, spared);
    if (!found.some((name) => name.startsWith("a3-")) || Date.now() > deadline) return found;
    await sleep(100);
  }
}

async function linksNow(storage: Storage, spared: readonly string[]): Promise<string[]> {
  const all = await rehearsalLinks();
  const ours = all.filter(({ owner }) => owner?.startsWith(`${storage.runs}/`) === true);
  return ours
    .filter(({ owner }) => owner !== undefined && !spared.includes(owner))
    .flatMap(({ name }) => {
      const ports = `a3-${name.slice("ant3-".length)}-`;
      return [name, ...all.filter((l) => l.name.startsWith(ports)).map((l) => l.name)];
    });
}

/** Processes that see a mount below `runs`: what runs in a host, and a mount of our own by mistake. */
function mountHolders(runs: string, isSpared: (text: string) => boolean): Leftover[] {
  return readdirSync("/proc").flatMap((entry): Leftover[] => {
    const pid = Number(entry);
    const lines = Number.isInteger(pid) ? mountsBelow(runs, pid) : [];
    const foreign = lines.filter((line) => !isSpared(line));
    if (foreign.length === 0 || identify(pid) === undefined) return [];
    return [{ kind: "process", what: `${pid} ${commandLine(pid)}` }];
  });
}

function mountsBelow(folder: string, pid: number): string[] {
  try {
    const lines = readFileSync(`/proc/${pid}/mountinfo`, "utf8").split("\n");
    return lines.filter((line) => line.includes(`upperdir=${folder}/`));
  } catch {
    return [];
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return "";
  }
}

function workFolders(storage: Storage): string[] {
  return readdirSync(storage.images).filter((name) => {
    const owner = workFolderOwner(name);
    return owner !== undefined && !isSameProcess(owner);
  });
}

function isSameProcess(owner: Pick<ProcessIdentity, "pid" | "startTime">): boolean {
  return identify(owner.pid)?.startTime === owner.startTime;
}

/** A run writes its record at once; younger ones without it may be on their way. */
function isYoung(folder: string): boolean {
  return Date.now() - statSync(folder).mtimeMs < 60_000;
}

function removeUnusedImages(storage: Storage): string[] {
  const used = new Set(
    listRuns(storage).flatMap(({ record }) =>
      (record?.hosts ?? []).flatMap((host) => host.images.map((image) => join(image.tree, ".."))),
    ),
  );
  const limit = Date.now() - UNUSED_IMAGE_DAYS * 24 * 3_600_000;
  const old = readdirSync(storage.images)
    .filter((name) => /^[a-z0-9-]+-[0-9a-f]{16}$/.test(name))
    .map((name) => join(storage.images, name))
    .filter((folder) => statSync(folder).mtimeMs < limit && !used.has(folder));
  for (const folder of old) {
    rmSync(folder, { recursive: true, force: true });
    rmSync(`${folder}.lock`, { force: true });
  }
  return old;
}
