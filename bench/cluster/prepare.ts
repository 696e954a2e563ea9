import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { projectRoot } from "../../config/root";
import { succeeded } from "../../rehearsal/engine/pulumi";
import type { ThrowAwayHost } from "../../rehearsal/hosts/host";
import { exportedFolder } from "../../rehearsal/hosts/share/share";
import { closedSite } from "../../rehearsal/run/stage";
import { toCluster } from "../../rehearsal/run/way";
import { type Cluster, openCluster } from "../../test/fixtures/cluster";
import { prepared } from "../../test/fixtures/stack";
import { keepWheelhouse, keptWheelhouse } from "../../test/fixtures/wheelhouse";

/**
 * Name of a wheelhouse for both sides. An `up` that is not timed makes it where it is not there, and
 * fills the mirrors' caches.
 */
export async function madeWheelhouse(log: (line: string) => void): Promise<string> {
  log("an up on one node that is not timed: makes the wheelhouse, fills the mirrors' caches");
  const cluster = await openCluster({ label: "bench-wheelhouse", nodes: 1, from: "wheelhouse" });
  try {
    succeeded(await cluster.cli.up());
    keepWheelhouse(exportedFolder(cluster.stage.network));
  } finally {
    await cluster.close();
  }
  const name = keptWheelhouse();
  if (name === undefined) throw new Error("the up has left no wheelhouse");
  return name;
}

/** A cluster of fresh hosts, with the wheelhouse on its share. */
export async function freshCluster(label: string, nodes: number): Promise<Cluster> {
  return prepared(await openCluster({ label, nodes, from: "wheelhouse" }), async ({ stage }) => {
    for (const host of stage.hosts) await prepareHost(host);
    await forgetDeletions();
  });
}

/**
 * ext4 without a journal passes over inodes that were freed within the last minute, or five where
 * they are not written yet. The hosts of the side before were deleted just now, which costs every
 * installation some seconds that no host of an operator knows.
 */
async function forgetDeletions(): Promise<void> {
  execFileSync("sync");
  await sleep(62_000);
}

/** Every host that stands now but the operator's, in the order in which they were made. */
export function clusterHosts({ stage, host }: Cluster): readonly ThrowAwayHost[] {
  const operator = stage.engineHost(toCluster).name;
  const names = stage.network.hosts().map(({ name }) => name);
  return names.filter((name) => name !== operator).map(host);
}

/** @throws Error when the deployment made another wheelhouse: then its making was timed */
export function checkWheelhouse({ stage }: Cluster, name: string): void {
  const found = readdirSync(join(exportedFolder(stage.network), "wheelhouse"));
  if (found.join() !== name) throw new Error(`wheelhouses ${found.join()}, not ${name} alone`);
}

/** A host like the cluster's nodes, not yet in any list. */
export async function freshNode({ stage }: Cluster, name: string): Promise<ThrowAwayHost> {
  const host = await stage.addHost(name);
  await prepareHost(host);
  return host;
}

async function prepareHost(host: ThrowAwayHost): Promise<void> {
  const input = readFileSync(join(projectRoot, "bench/scripts/prepare-host.sh"), "utf8");
  const options = { input, timeoutMs: 300_000 };
  const done = await host.exec(["bash", "-s", "--", closedSite.debian], options);
  if (done.code !== 0) throw new Error(`${host.name}: ${done.stderr}`);
}
