import { describeStrikes, masterSteps } from "../fixtures/faults/strikes";
import { randomFrom } from "../fixtures/interruptions";

const seed = Number(process.env["ANTARES_TEST_SEED"] ?? "1");
// One by chance; chaos cuts the power in every step.
const chosen = Math.floor(randomFrom(seed + 1000)() * masterSteps.length);
describeStrikes(seed, {
  steps: masterSteps.slice(chosen, chosen + 1),
  label: "struck-cluster",
  from: "wheelhouse",
});
