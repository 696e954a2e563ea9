import { describeKills } from "../fixtures/killedDeployment";

for (const seed of [2, 3, 4]) describeKills(seed);
