import { strict as assert } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import { useCluster } from "../fixtures/cluster";
import { assertNothingToDo, assertVerified } from "../fixtures/verification";

/** The last of the list: master, node-1, node-2, node-3. */
const LAST = { name: "node-3", at: "antares:hosts[3]" };

describe("a node behind a jump host", function () {
  this.timeout(1_500_000);
  const cluster = useCluster({ label: "jump", from: "ready" });
  const up = () => cluster().run(["up", "hosts", "--yes"]);
  const onNode = (script: string): Promise<string> => cluster().bash(LAST.name, script);

  /** Lets the node's next step wait, as it does for a run that is still at work there. */
  const holdSteps = (): Promise<string> =>
    onNode(`: >/var/log/antares/join.log
      (setsid flock /run/antares-bootstrap.lock sleep 600 >/dev/null 2>&1 & echo $! >/run/holder)`);

  async function stepWaits(): Promise<void> {
    for (let waited = 0; waited < 120; waited++) {
      const log = await onNode("cat /var/log/antares/join.log");
      if (log.includes("waiting for an earlier run")) return;
      await sleep(1000);
    }
    throw new Error("no step came to the node");
  }

  it("that dies in the middle of its step cannot hang a run", async () => {
    await cluster().set({ key: `${LAST.at}.jump`, value: "master" });
    await holdSteps();
    const running = up();
    await stepWaits();
    // Nothing on it answers any more, and nothing tells anybody.
    await onNode("kill -STOP $(pgrep sshd)");
    const begun = Date.now();
    const done = await running;
    const seconds = (Date.now() - begun) / 1000;
    assert.notEqual(done.code, 0);
    const text = done.stdout + done.stderr;
    assert.match(text, /cannot reach node-3\S*:22 \(through master\S*\) by SSH: Keepalive timeout/);
    assert.ok(seconds < 120, `the run ended after ${seconds} s`);
  });

  it("is taken up again by the next run, which does its part only", async () => {
    await onNode("kill -CONT $(pgrep sshd); kill -- -$(cat /run/holder)");
    const done = await up();
    assert.equal(done.code, 0, done.stdout + done.stderr);
    await assertNothingToDo(cluster());
    await assertVerified(cluster());
  });
});
