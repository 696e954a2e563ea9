import { describeInterrupts } from "../fixtures/interruptedDeployment";
import { PHASES } from "../fixtures/interruptions";

for (const seed of [1, 2]) describeInterrupts(seed, PHASES);
