// First, for it is about how the SDK is loaded.
import "./components/postponed";
import { assertFreshBuild } from "./config/freshness";
import { deletesData, loadConfig } from "./config/load";
import { Bootstrap } from "./components/bootstrap/bootstrap";
import { ElasticNodes } from "./components/elastic/nodes";
import { provision } from "./components/infrastructure/provision";
import { sendNoDebugMessages } from "./components/debugMessages";
import { takeNoTraces } from "./components/traces";
import { clusterOutputs } from "./outputs/cluster";

assertFreshBuild();
takeNoTraces();
sendNoDebugMessages();

const config = loadConfig();
const infrastructure = provision(config);
const bootstrap = new Bootstrap("bootstrap", {
  config,
  infrastructure,
  deletesData: deletesData(),
});

const { elastic: place, master, share } = infrastructure;
const nodes =
  place &&
  new ElasticNodes("elastic", { place, entry: bootstrap.entry, master, share: share.path });

export = clusterOutputs({ config, infrastructure, bootstrap, elasticGroup: nodes?.group });
