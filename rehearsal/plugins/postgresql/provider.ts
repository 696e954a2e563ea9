import type { StandIn } from "../standIn";
import { extensionHandler } from "./extension";
import { schemaHandler } from "./schema";
import { PostgresServer } from "./server";
import { checkSettings, readSettings } from "./settings";

/** The stand-in for `postgresql`: extensions and schemas. */
export function postgresqlStandIn(version: string): StandIn {
  return {
    name: "postgresql",
    version,
    checkConfig: checkSettings,
    configure: (config) => {
      const server = new PostgresServer(readSettings(config));
      return {
        "postgresql:index/extension:Extension": extensionHandler(server),
        "postgresql:index/schema:Schema": schemaHandler(server),
      };
    },
  };
}
