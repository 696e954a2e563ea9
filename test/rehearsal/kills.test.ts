import { strict as assert } from "node:assert";
import { useDeployment } from "../fixtures/deployment";
import { assertWhole, delayIn, killIn, PHASES, randomFrom } from "../fixtures/interruptions";

const seed = Number(process.env["ANTARES_TEST_SEED"] ?? "1");

describe(`a deployment that is killed in every phase (seed ${seed})`, function () {
  this.timeout(900_000);
  const machine = useDeployment({ label: "killed", from: "nothing" });
  const random = randomFrom(seed);

  const killed: string[] = [];

  // One host for all: each kill meets what the kills before it have left.
  for (const phase of PHASES) {
    it(`goes on after a SIGKILL in ${phase}`, async () => {
      const ended = await killIn(machine(), phase, delayIn(phase, random()));
      if (ended === "killed") killed.push(phase);
    });
  }

  it("was killed in nearly all of them", () => {
    // The database's own phase runs beside others and may end before its turn comes.
    const missed = PHASES.filter((phase) => !killed.includes(phase));
    assert.ok(missed.length <= 2, `not killed in ${missed.join(", ")}`);
  });

  it("ends whole, with nothing made twice", async () => {
    const done = await machine().run(["up", "local", "--yes"]);
    assert.equal(done.code, 0, done.stdout + done.stderr);
    await assertWhole(machine());
  });
});
