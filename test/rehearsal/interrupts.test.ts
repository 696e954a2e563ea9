import { describeInterrupts } from "../fixtures/interruptedDeployment";
import { PHASES, randomFrom } from "../fixtures/interruptions";

const seed = Number(process.env["ANTARES_TEST_SEED"] ?? "1");

// One by chance of those that take long enough to be met at work; chaos interrupts every phase.
const long = PHASES.filter((phase) => /server|datacube|antares|join/.test(phase));
const chosen = Math.floor(randomFrom(seed)() * long.length);
describeInterrupts(seed, long.slice(chosen, chosen + 1));
