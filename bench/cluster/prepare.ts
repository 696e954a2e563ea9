import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import { cacheDir } from "../../rehearsal/cache";
import { succeeded } from "../../rehearsal/engine/pulumi";
import type { ThrowAwayHost } from "../../rehearsal/hosts/host";
import { exportedFolder } from "../../rehearsal/hosts/share/share";
import { closedSite } from "../../rehearsal/run/stage";
import { toCluster } from "../../rehearsal/run/way";
import { type Cluster, openCluster } from "../../test/fixtures/cluster";
import { filesBelow } from "../../test/fixtures/content";

/** A wheelhouse that was made before, for both sides. */
export interface Wheelhouse {
  /** Its name below SHARE/wheelhouse. */
  readonly name: string;
  readonly folder: string;
}

/** Made once by an `up` that is not timed, which also fills the mirrors' caches; then from the cache. */
export async function madeWheelhouse(log: (line: string) => void): Promise<Wheelhouse> {
  const all = join(cacheDir(), "bench", "wheelhouse");
  const folder = join(all, houseKey());
  if (!existsSync(folder)) {
    log("an up on one node that is not timed: makes the wheelhouse, fills the mirrors' caches");
    rmSync(all, { recursive: true, force: true });
    mkdirSync(all, { recursive: true });
    const cluster = await openCluster({ label: "bench-wheelhouse", nodes: 1, from: "nothing" });
    try {
      succeeded(await cluster.cli.up());
      copy(join(exportedFolder(cluster.stage.network), "wheelhouse"), `${folder}.new`);
      execFileSync("mv", [`${folder}.new`, folder]);
    } finally {
      await cluster.close();
    }
  }
  return { name: onlyEntry(folder), folder };
}

/** What a wheelhouse is made of; that it is the right one is checked after its use. */
function houseKey(): string {
  const hash = createHash("sha256");
  const scripts = ["bytecode.py", "software.sh", "wheelhouse.sh"];
  const files = [
    ...scripts.map((name) => join(projectRoot, "components/bootstrap/scripts", name)),
    ...filesBelow(join(projectRoot, "components/bootstrap/software")),
    ...filesBelow(join(projectRoot, "rehearsal/antares")),
  ];
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest("hex").slice(0, 16);
}

/** A cluster of fresh hosts, with the wheelhouse on its share. */
export async function freshCluster(
  label: string,
  nodes: number,
  house: Wheelhouse,
): Promise<Cluster> {
  const cluster = await openCluster({ label, nodes, from: "nothing" });
  try {
    copy(house.folder, join(exportedFolder(cluster.stage.network), "wheelhouse"));
    for (const host of cluster.stage.hosts) await prepareHost(host);
    return cluster;
  } catch (error) {
    await cluster.close();
    throw error;
  }
}

/** Every host that stands now but the operator's, in the order in which they were made. */
export function clusterHosts({ stage, host }: Cluster): readonly ThrowAwayHost[] {
  const operator = stage.engineHost(toCluster).name;
  const names = stage.network.hosts().map(({ name }) => name);
  return names.filter((name) => name !== operator).map(host);
}

/** @throws Error when somebody made another wheelhouse: then its making was timed */
export function checkWheelhouse({ stage }: Cluster, { name }: Wheelhouse): void {
  const found = onlyEntry(join(exportedFolder(stage.network), "wheelhouse"));
  if (found !== name) throw new Error(`wheelhouse ${found} was made, ${name} was there`);
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

/** Hard links: nobody writes into a wheelhouse. */
function copy(from: string, to: string): void {
  execFileSync("cp", ["-al", from, to]);
}

function onlyEntry(folder: string): string {
  const [name, ...more] = readdirSync(folder);
  if (name === undefined || more.length > 0) throw new Error(`${folder} holds not one wheelhouse`);
  return name;
}
