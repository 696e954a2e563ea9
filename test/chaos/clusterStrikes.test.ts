import { describeStrikes, masterSteps } from "../fixtures/faults/strikes";

for (const seed of [2, 3]) {
  describeStrikes(seed, {
    steps: masterSteps,
    label: `chaos-struck-cluster-${seed}`,
    from: "nothing",
  });
}
