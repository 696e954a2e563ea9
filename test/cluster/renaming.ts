import { strict as assert } from "node:assert";
import { ELASTIC, fixed, type Life } from "./life";

/** What becomes of a queue when `scheduler.queue` has another name. */
export function renaming(life: () => Life): void {
  const names = ["n1", "n2", "n3"];

  /** Runs a job on each node, wherever Grid Engine finds a queue for it; the queues in which they ran. */
  const ranIn = async (): Promise<string[]> => {
    const { cluster, ge } = life();
    const ran = names.map(async (name) => {
      const { fqdn } = cluster.host(name);
      const file = `/srv/antares/results/queue-${name}`;
      const { code, out } = await ge.asUser(
        `timeout 60 qsub -sync y -b n -S /bin/bash -o /dev/null -j y -l h=${fqdn} <<<'echo "$QUEUE" >${file}' && cat ${file}`,
      );
      assert.equal(code, 0, `${name}: ${out}`);
      return out.split("\n").at(-1) ?? "";
    });
    return Promise.all(ran);
  };
  const everywhere = (queue: string): string[] => names.map(() => queue);
  const use = (queue: string): Promise<string> =>
    life().schedule({ fixed: fixed(...names), elastic: ELASTIC, queue });

  it("another queue is made before anybody gets slots in it, and takes all jobs", async () => {
    await use("night.q");
    assert.deepEqual(await ranIn(), everywhere("night.q"));
  });

  it("the first one is opened again where it is wanted again", async () => {
    await use("antares.q");
    assert.deepEqual(await ranIn(), everywhere("antares.q"));
    const { cluster, ge } = life();
    assert.match(await ge.ask("qstat", "-f", "-q", "night.q"), /^night\.q@\S+ .* d$/m);
    await use("antares.q");
    assert.equal(await ge.ask("bash", "-c", "qstat -f -q antares.q | grep -E ' d$'"), "");
    const lines = cluster.log().filter((line) => line.includes("failed, trying again"));
    assert.deepEqual(lines, []);
  });

  it("one that an operator has closed stays closed", async () => {
    const { ge } = life();
    await ge.ask("qmod", "-d", "antares.q@n1.antares.test");
    await use("antares.q");
    assert.match(
      await ge.ask("qstat", "-f", "-q", "antares.q"),
      /^antares\.q@n1\.antares\.test .* d$/m,
    );
    await ge.ask("qmod", "-e", "antares.q@n1.antares.test");
  });
}
