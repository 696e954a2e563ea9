import { describeKills } from "../fixtures/killedDeployment";

describeKills(Number(process.env["ANTARES_TEST_SEED"] ?? "1"));
