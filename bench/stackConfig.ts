import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { projectRoot } from "../config/root";
import { properties } from "./json";

/** A configuration as the language host hands it to a program. */
export interface BenchConfig {
  readonly values: Readonly<Record<string, string>>;
  /** Fixed nodes on AWS; 0 for other targets. */
  readonly nodes: number;
}

type Subjects = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A stack with what an operator must give, an image on AWS among it, and more by subject. */
export function stackConfig(stack: "local" | "prod", more: Subjects = {}): BenchConfig {
  const values = new Map<string, unknown>();
  for (const [key, entry] of Object.entries(properties(configOf("Pulumi.yaml")))) {
    values.set(key, properties(entry)["default"]);
  }
  for (const [key, value] of Object.entries(properties(configOf(`Pulumi.${stack}.yaml`)))) {
    values.set(key, value);
  }
  const add = (subject: string, own: Readonly<Record<string, unknown>>): void => {
    const key = `antares:${subject}`;
    values.set(key, { ...properties(values.get(key) ?? {}), ...own });
  };
  add("software", { source: "/srv/madmex" });
  if (stack === "prod") add("compute", { image: "ami-0a1b2c3d4e5f60718" });
  for (const [subject, own] of Object.entries(more)) add(subject, own);
  const country = { iso: "MEX", archive: "/srv/MEX_adm_shp.zip", sha256: "0".repeat(64) };
  values.set("antares:countries", [country]);
  const given = [...values].filter(([, value]) => value !== undefined);
  return {
    values: Object.fromEntries(given.map(([key, value]) => [key, text(value)])),
    nodes: Number(more["compute"]?.["nodes"] ?? 0),
  };
}

const text = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);

function configOf(file: string): unknown {
  return properties(parse(readFileSync(join(projectRoot, file), "utf8")))["config"];
}
