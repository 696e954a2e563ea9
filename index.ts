import { assertFreshBuild } from "./config/freshness";
import { deletesData, loadConfig } from "./config/load";
import { Bootstrap } from "./components/bootstrap/bootstrap";
import { provision } from "./components/infrastructure/provision";
import { clusterOutputs } from "./outputs/cluster";

assertFreshBuild();

const config = loadConfig();
const infrastructure = provision(config);
const bootstrap = new Bootstrap("bootstrap", {
  config,
  infrastructure,
  deletesData: deletesData(),
});

export = clusterOutputs({ config, infrastructure, bootstrap });
