import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import { isRecord, isSecret } from "./answers";
import type { Graph } from "./harness";
import type { Registration } from "./registration";
import { readScript, readValues, type ReadScript } from "./script";
import { partsOf, pathsOf } from "./sources";

/** What a property holds on the wire when its value is not known yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A graph as a person reviews it: sorted, references by name, scripts by what they are made of. */
export function reviewed({ resources, listeners }: Graph): unknown {
  const sorted = [...resources].sort((a, b) => (a.urn < b.urn ? -1 : 1));
  return plain({ resources: sorted.map(review), listeners });
}

/** The golden file of this name; rewritten first where UPDATE_GOLDEN is 1. */
export function golden(name: string, actual: unknown): unknown {
  const file = join(projectRoot, "test", "graph", "golden", `${name}.json`);
  if (process.env["UPDATE_GOLDEN"] === "1") {
    writeFileSync(file, `${JSON.stringify(actual, null, 2)}\n`);
  }
  if (!existsSync(file)) throw new Error(`no golden file ${file}: UPDATE_GOLDEN=1 makes it`);
  return JSON.parse(readFileSync(file, "utf8"));
}

function review(resource: Registration): unknown {
  const { urn, type, name, parent, dependencies, provider, options, inputs, outputs } = resource;
  return {
    urn: urn.split("::").slice(2).join("::"),
    type,
    name,
    parent: parent && nameOf(parent),
    dependencies: dependencies.map(nameOf),
    provider: provider && nameOf(provider),
    options: Object.fromEntries(
      Object.entries(options).map(([key, value]) => [key, reviewOption(value)]),
    ),
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([key, value]) => [key, reviewInput(resource, { key, value })]),
    ),
    outputs: outputs && reviewValue(outputs),
  };
}

/** Names are unique in a graph (a test holds that), so they will do as references. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

function reviewOption(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((one: unknown) =>
    typeof one === "string" && one.startsWith("urn:pulumi:") ? nameOf(one) : one,
  );
}

function reviewInput(
  resource: Registration,
  { key, value }: { readonly key: string; readonly value: unknown },
): unknown {
  if (key === "__provider") return `[runs ${moduleOf(String(value))}]`;
  if (!resource.type.startsWith("command:")) return reviewValue(value);
  if (isSecret(value)) {
    return { "[secret]": reviewInput(resource, { key, value: value.value }) };
  }
  if (key === "triggers" && Array.isArray(value)) {
    const [identity] = value;
    // Digests of scripts would change this file with every word of a script; tests of their own
    // compute them again.
    return [reviewValue(identity), "[digest of the script]", "[keyed digest of the values]"];
  }
  if (key === "stdin" && typeof value === "string" && value !== UNKNOWN) {
    return reviewScript(readScript(value));
  }
  return reviewValue(value);
}

/** Path of the module that a dynamic provider's serialized text loads. */
function moduleOf(serialized: string): string {
  const paths = [...serialized.matchAll(/require\("([^"]+)"\)/g)].map(([, path = ""]) => path);
  return [...new Set(paths)].join(", ");
}

function reviewScript({ values, frame, assets, text }: ReadScript): unknown {
  return {
    parts: partsOf(text),
    assets: pathsOf(assets),
    frame,
    values: Object.fromEntries(Object.entries(values).map(reviewScriptValue)),
  };
}

function reviewScriptValue([name, value]: [string, string]): [string, unknown] {
  if (name === "RECIPE") return [name, "[sha256 of the program]"];
  if (name === "JOIN") {
    const program = readValues(value);
    const values = Object.entries(program.values).map(reviewScriptValue);
    return [name, { values: Object.fromEntries(values), parts: partsOf(program.text) }];
  }
  return [name, value.includes("\n") ? value.split("\n") : value];
}

function reviewValue(value: unknown): unknown {
  if (value === UNKNOWN) return "[unknown]";
  if (isSecret(value)) return { "[secret]": reviewValue(value.value) };
  if (Array.isArray(value)) return value.map(reviewValue);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, reviewValue(inner)]),
  );
}

/** As JSON holds it: without the keys that are undefined. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
