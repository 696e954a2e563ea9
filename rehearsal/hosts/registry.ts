import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Image } from "./image";
import type { ProcessIdentity } from "./process";
import type { Storage } from "./storage";

/** A folder or file of the machine that a host sees. */
export interface Bind {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** A host as later processes need it. */
export interface HostRecord {
  readonly name: string;
  readonly fqdn: string;
  readonly address: string;
  /** Public host key, `ssh-ed25519 AAAA…`. */
  readonly hostKey: string;
  readonly images: readonly Image[];
  readonly binds: readonly Bind[];
  /** Absent while the host is off. */
  readonly running?: {
    /** Holds the namespaces' first process; ends with it. */
    readonly supervisor: ProcessIdentity;
    /** First process of the host, as the machine numbers it. */
    readonly init: ProcessIdentity;
  };
}

/** `run.json` of one rehearsal's network and hosts. */
export interface RunRecord {
  readonly label: string;
  /** Who made it; when it is dead, a run that is not kept is a left-over. */
  readonly owner: ProcessIdentity;
  readonly keep: boolean;
  readonly bridge: string;
  /** First three numbers of the addresses, `10.77.0`. */
  readonly prefix: string;
  readonly hosts: readonly HostRecord[];
}

const FILE = "run.json";

export function writeRun(folder: string, record: RunRecord): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, FILE);
  writeFileSync(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** The record in `folder`; undefined where a run ended before it wrote one. */
export function readRun(folder: string): RunRecord | undefined {
  const file = join(folder, FILE);
  if (!existsSync(file)) return undefined;
  return JSON.parse(readFileSync(file, "utf8")) as RunRecord;
}

/** Every run of `storage`, also those without a record. */
export function listRuns(storage: Storage): { folder: string; record: RunRecord | undefined }[] {
  return readdirSync(storage.runs)
    .filter((name) => !name.startsWith("."))
    .sort()
    .map((name) => join(storage.runs, name))
    .map((folder) => ({ folder, record: readRun(folder) }));
}
