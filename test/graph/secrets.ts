import { generatedBy, isRecord, isSecret } from "./answers";
import type { StackConfig } from "./configuration";
import type { Graph } from "./harness";
import type { Rule } from "./rule";

/** Every secret text of a run: those that were configured and those that resources generate. */
export function secretsOf(config: StackConfig, graph: Graph): string[] {
  const given = config.secretKeys.map((key) => config.values[key] ?? "");
  const generated = graph.resources
    .filter(({ type }) => /antares:Generated(Secret|Key)$/.test(type))
    .map(({ name }) => generatedBy(name));
  // A private key is found by each line of its body: line breaks may get lost on the way, and its
  // frame is no secret.
  const lines = given.flatMap((text) => text.split("\n"));
  return [...lines, ...generated].filter((text) => text !== "" && !text.startsWith("-----"));
}

/** The value without everything that travels marked as secret. */
export function inClear(value: unknown): unknown {
  if (isSecret(value)) return "[secret]";
  if (Array.isArray(value)) return value.map(inClear);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inClear(inner)]));
}

/** No secret is in clear in anything that the engine is sent: inputs, outputs, options, names. */
export function noSecretInClear(secrets: readonly string[]): Rule {
  return {
    name: "no secret travels in clear",
    check: ({ resources }) =>
      resources.flatMap((resource) => {
        const text = strings(inClear(resource)).join("\n");
        return secrets.some((secret) => text.includes(secret)) ? [resource.name] : [];
      }),
  };
}

/** Every text in a value, keys included; JSON would escape line breaks inside of secrets. */
export function strings(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(strings);
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...strings(inner)]);
}
