import { chmodSync, copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import { joining } from "./joining";
import { leaving } from "./leaving";
import { type Life, lifeOf } from "./life";
import { masterDaemon } from "./masterDaemon";
import { renaming } from "./renaming";
import { silence } from "./silence";
import { Cluster } from "./stage";

/** A cluster's life, told once: each test begins with what the one before has left. */
describe("Grid Engine and its members", function () {
  this.timeout(120_000);
  this.bail(true);
  let life: Life;

  before(async function () {
    this.timeout(300_000);
    const cluster = await Cluster.create();
    life = lifeOf(cluster);
    mkdirSync(join(cluster.share, "results"));
    chmodSync(join(cluster.share, "results"), 0o777);
    copyFileSync(join(projectRoot, "test/cluster/ticker.sh"), join(cluster.share, "ticker.sh"));
    for (const name of ["master", "n1", "n2", "n3"]) await cluster.add(name);
  });
  after(async () => life.cluster.close());

  joining(() => life);
  renaming(() => life);
  leaving(() => life);
  silence(() => life);
  masterDaemon(() => life);
});
