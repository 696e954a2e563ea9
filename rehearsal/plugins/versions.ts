import { readFileSync } from "node:fs";

/** The plugins that no package registry has and for which there are stand-ins. */
export type PluginName = "command" | "postgresql";

/**
 * The version of a plugin that its SDK asks the engine for.
 *
 * @throws Error when the SDK is not installed or names no version.
 */
export function pluginVersion(name: PluginName): string {
  const text = readFileSync(require.resolve(`@pulumi/${name}/package.json`), "utf8");
  const found: unknown = JSON.parse(text);
  const version = field(field(found, "pulumi"), "version") ?? field(found, "version");
  if (typeof version === "string") return version;
  throw new Error(`package.json of @pulumi/${name} names no version`);
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
