import { isObject, parseObject, textOf, type JsonObject } from "./json";
import type { Pulumi } from "./pulumi";
import { UserError } from "./userError";

/** The configuration as it stands, so that it also helps where other settings are still wrong. */
export async function readConfig(pulumi: Pulumi): Promise<JsonObject> {
  const listed = await pulumi.query(["config", "--json", "--stack", pulumi.stack]);
  return listed.code === 0 ? parseObject(listed.stdout, "the configuration") : {};
}

/** Hosts and database of a parked cluster are stopped. @throws UserError where it is to be asked. */
export function assertRunning(config: JsonObject, stack: string): void {
  if (plain(config, "power") !== "parked") return;
  throw new UserError(
    `stack ${stack} is parked: its hosts and its database cannot be asked`,
    `pulumi config set antares:power running --stack ${stack}, then npm run up -- ${stack}`,
  );
}

/**
 * The stack's `database.reach`, with the default that the decoder gives it. Only the running program
 * opens a tunnel, so that a refresh must then run it, too.
 */
export function reachOf(config: JsonObject): "direct" | "tunnel" {
  const reach = setting(config, ["database", "reach"]);
  if (reach !== "") return reach === "tunnel" ? "tunnel" : "direct";
  const kind = plain(config, "target");
  if (kind === "aws") return "tunnel";
  const behindSsh = kind === "hosts" || setting(config, ["host", "access"]) === "ssh";
  return behindSsh && setting(config, ["database", "server"]) !== "existing" ? "tunnel" : "direct";
}

function plain(config: JsonObject, key: string): string {
  const given = config[`antares:${key}`];
  return isObject(given) ? textOf(given["value"]) : "";
}

/** A property of an object, which may also stand as a dotted key of its own. */
function setting(config: JsonObject, [subject, property]: readonly [string, string]): string {
  const dotted = config[`antares:${subject}.${property}`];
  if (isObject(dotted)) return textOf(dotted["value"]);
  const whole = config[`antares:${subject}`];
  const value = isObject(whole) ? whole["objectValue"] : undefined;
  return isObject(value) ? textOf(value[property]) : "";
}
