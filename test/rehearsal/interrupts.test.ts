import { strict as assert } from "node:assert";
import { type Deployment, useDeployment } from "../fixtures/deployment";
import { assertWhole, delayIn, isRecorded, PHASES, randomFrom } from "../fixtures/interruptions";

const seed = Number(process.env["ANTARES_TEST_SEED"] ?? "1");

describe(`a deployment that is interrupted in every phase (seed ${seed})`, function () {
  this.timeout(900_000);
  const machine = useDeployment({ label: "interrupted", from: "nothing" });
  const random = randomFrom(seed);

  for (const phase of PHASES) {
    it(`gives way to a SIGINT in ${phase}`, async () => {
      await interruptIn(machine(), phase, delayIn(phase, random()));
    });
  }

  it("goes on with plain pulumi up and ends whole", async () => {
    const done = await machine().cli.up();
    assert.equal(done.code, 0, done.stdout + done.stderr);
    await assertWhole(machine());
  });
});

/** Plain `pulumi up`, interrupted as by Ctrl-C once the phase has begun. */
async function interruptIn(machine: Deployment, phase: string, delayMs: number): Promise<void> {
  if (await isRecorded(machine, phase)) return;
  const controller = new AbortController();
  let begun = false;
  const done = await machine.cli.up({
    signal: controller.signal,
    // Ctrl-C lets the step that is at work come to its end; the software phase takes a minute.
    graceSeconds: 400,
    onStep: ({ name, op, end }) => {
      if (begun || name !== phase || op === "same" || end !== undefined) return;
      begun = true;
      setTimeout(() => controller.abort(), delayMs);
    },
  });
  assert.ok(begun, `${phase} never began:\n${done.stdout}${done.stderr}`);
  assert.notEqual(done.ended, "limit");
}
