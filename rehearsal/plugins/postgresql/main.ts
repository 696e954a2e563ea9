import { serve } from "../server";
import { pluginVersion } from "../versions";
import { postgresqlStandIn } from "./provider";

void serve(postgresqlStandIn(pluginVersion("postgresql")));
