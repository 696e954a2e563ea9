import { serve } from "../server";
import { pluginVersion } from "../versions";
import { commandStandIn } from "./commands";

void serve(commandStandIn(pluginVersion("command")));
