import { strict as assert } from "node:assert";
import { eventually } from "./gridEngine";
import { ELASTIC, fixed, type Life } from "./life";

const ANSWERS = "Grid Engine answers again";
const STARTED = "Grid Engine's master daemon had ended by itself: started again";
const LIBRARY = "import sys; sys.path.insert(0, '/usr/local/lib/antares'); import gridengine";

/** The master daemon ends: by a fault, or as an operator wishes. */
export function masterDaemon(life: () => Life): void {
  /** Process ids. */
  const running = async (): Promise<string[]> => {
    const { stdout } = await life().cluster.master.exec(["pgrep", "-x", "sge_qmaster"]);
    return stdout.split("\n").filter((line) => line !== "");
  };
  /** What the reconciler logged but that it holds, whose text is Grid Engine's own. */
  const changes = (from: number): string[] => {
    const lines = life().cluster.log().slice(from);
    return lines.filter((line) => !line.startsWith("hold: Grid Engine: "));
  };

  it("one that fell is started again in seconds; jobs and nodes stay as they are", async () => {
    const { cluster, ge, logged } = life();
    const job = await ge.tick(10, "n2");
    await ge.runsOn(job, "n2");
    const from = cluster.log().length;
    const before = await running();
    assert.equal(before.length, 1);
    await cluster.run(cluster.master, ["kill", "-KILL", ...before]);
    await logged(/^Grid Engine answers again$/, 30, from);
    const after = await running();
    assert.deepEqual([after.length, after[0] === before[0]], [1, false]);
    await eventually("n2 is heard, and its job's end with it", 90, async () => {
      return (await ge.ask("qstat", "-u", "*")) === "";
    });
    const told = ge.trace(job).filter(({ what }) => what !== "tick");
    assert.deepEqual(
      told.map(({ what, host }) => `${what} ${host}`),
      ["begin n2", "end n2"],
    );
    assert.deepEqual(changes(from), [STARTED, ANSWERS]);
  });

  it("one that an operator ended stays so until the next up", async () => {
    const { cluster, schedule, logged } = life();
    const from = cluster.log().length;
    await cluster.run(cluster.master, ["qconf", "-km"]);
    await eventually("it is gone", 90, async () => (await running()).length === 0);
    // Asked by itself: within a minute of the last time the reconciler would not even try.
    const asked = `${LIBRARY}; print(gridengine.revive())`;
    assert.equal(await cluster.run(cluster.master, ["python3", "-B", "-c", asked]), "False\n");
    assert.deepEqual([await running(), changes(from)], [[], []]);
    await schedule({ fixed: fixed("n1", "n2", "n3"), elastic: ELASTIC, brake: 0.25 });
    assert.equal((await running()).length, 1);
    await logged(/^reconciler: begins$/, 20, from);
    assert.deepEqual(changes(from), ["reconciler: ends", "reconciler: begins"]);
  });
}
