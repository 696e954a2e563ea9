import { isObject, parseObject, textOf, type JsonObject } from "./json";
import type { Pulumi } from "./pulumi";

/**
 * Whether the stack's database is reached through a tunnel that only the running program opens:
 * then a refresh must run the program, too. Asked of the configuration as it stands, so that it
 * also works where other settings are still wrong.
 */
export async function needsProgram(pulumi: Pulumi): Promise<boolean> {
  const listed = await pulumi.query(["config", "--json", "--stack", pulumi.stack]);
  return listed.code === 0 && reachOf(parseObject(listed.stdout, "the configuration")) === "tunnel";
}

/** The stack's `database.reach`, with the default that the decoder gives it. */
export function reachOf(config: JsonObject): "direct" | "tunnel" {
  const reach = setting(config, ["database", "reach"]);
  if (reach !== "") return reach === "tunnel" ? "tunnel" : "direct";
  const target = config["antares:target"];
  const kind = isObject(target) ? textOf(target["value"]) : "";
  if (kind === "aws") return "tunnel";
  const behindSsh = kind === "hosts" || setting(config, ["host", "access"]) === "ssh";
  return behindSsh && setting(config, ["database", "server"]) !== "existing" ? "tunnel" : "direct";
}

/** A property of an object, which may also stand as a dotted key of its own. */
function setting(config: JsonObject, [subject, property]: readonly [string, string]): string {
  const dotted = config[`antares:${subject}.${property}`];
  if (isObject(dotted)) return textOf(dotted["value"]);
  const whole = config[`antares:${subject}`];
  const value = isObject(whole) ? whole["objectValue"] : undefined;
  return isObject(value) ? textOf(value[property]) : "";
}
