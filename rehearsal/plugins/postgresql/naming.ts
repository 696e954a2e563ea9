import { createHash } from "node:crypto";
import type { CheckArgs, CheckFailure, Properties } from "../standIn";
import { hasUnknown } from "../values";

export type Kinds = Readonly<Record<string, "string" | "boolean">>;

/**
 * Checks types and fills in what the plugin fills in. The plugin makes up a name where none is
 * given: the logical one and seven digits, kept from then on.
 */
export function checkNamed(
  args: CheckArgs,
  schema: { kinds: Kinds; defaults: Properties },
): { inputs: Properties; failures: CheckFailure[] } {
  const failures = Object.entries(args.news).flatMap(([property, value]) => {
    const kind = schema.kinds[property];
    if (kind === undefined) return [{ property, reason: "the stand-in has no such property" }];
    const fits = typeof value === kind || hasUnknown(value);
    return fits ? [] : [{ property, reason: `expected ${kind}` }];
  });
  const name = args.news["name"] ?? args.olds["name"] ?? invented(args);
  return { inputs: { ...schema.defaults, ...args.news, name }, failures };
}

function invented({ name, randomSeed }: CheckArgs): string {
  const digest = createHash("sha256").update(randomSeed).update(name).digest("hex");
  return `${name}-${digest.slice(0, 7)}`;
}

/**
 * Names of the properties that a deployment would change: what is given and differs from what is
 * there, and flags that are no longer given. What the server decides is no difference.
 */
export function differing(args: { oldState: Properties; news: Properties }): string[] {
  const { oldState, news } = args;
  return Object.keys(news)
    .filter((key) => hasUnknown(news[key]) || news[key] !== oldState[key])
    .sort();
}

/** A text property; undefined where it is absent or empty. */
export function text(values: Properties, key: string): string | undefined {
  const value = values[key];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The name, which `check` has seen to. */
export function nameOf(values: Properties): string {
  const name = text(values, "name");
  if (name === undefined) throw new Error("no name");
  return name;
}
