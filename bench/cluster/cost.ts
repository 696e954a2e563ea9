import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { ThrowAwayHost } from "../../rehearsal/hosts/host";
import { toCluster } from "../../rehearsal/run/way";
import type { Cluster } from "../../test/fixtures/cluster";
import { timed } from "../measure";
import { clusterHosts } from "./prepare";

/** What an operation took, in seconds. */
export interface Cost {
  readonly wall: number;
  /** CPU of the operator's machine: the tool and everything that it started. */
  readonly here: number;
  /** CPU of all hosts together. */
  readonly hosts: number;
}

/** Linux shows CPU times in hundredths of a second, whatever its own tick is. */
const TICKS = 100;

/** Does the work, which ends every process that it starts here. */
export async function costOf(cluster: Cluster, work: () => Promise<unknown>): Promise<Cost> {
  // Ours runs in a host of the operator's; what has lost its parent there is only seen there.
  const operator = [cluster.stage.engineHost(toCluster)];
  const hosts = clusterHosts(cluster);
  const begun = { here: ofEnded() + ofHosts(operator), hosts: ofHosts(hosts) };
  const wall = await timed(work);
  const here = ofEnded() + ofHosts(operator) - begun.here;
  return { wall, here, hosts: ofHosts(hosts) - begun.hosts };
}

/** CPU of every process that this one has started and that has ended, with what those started. */
function ofEnded(): number {
  return cpuTimes("self").ended;
}

/** A host's own processes, and through the first of them all that have ended. */
function ofHosts(hosts: readonly ThrowAwayHost[]): number {
  const spaces = new Set(hosts.map(({ pid }) => spaceOf(pid)));
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && spaces.has(spaceOf(name)))
    .map(cpuTimes)
    .reduce((sum, { own, ended }) => sum + own + ended, 0);
}

function spaceOf(pid: number | string): string | undefined {
  return ifThere(() => readlinkSync(`/proc/${pid}/ns/pid`));
}

function cpuTimes(pid: string): { readonly own: number; readonly ended: number } {
  const text = ifThere(() => readFileSync(`/proc/${pid}/stat`, "latin1")) ?? "";
  // The second field is a name in brackets, which may hold anything; utime is the 14th.
  const [utime = 0, stime = 0, cutime = 0, cstime = 0] = text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 15)
    .map(Number);
  return { own: (utime + stime) / TICKS, ended: (cutime + cstime) / TICKS };
}

/** Undefined for a process that has ended meanwhile. */
function ifThere(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
