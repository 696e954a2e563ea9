import { isDeepStrictEqual } from "node:util";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Properties } from "./standIn";

/** How the engine spells a value that a preview does not know yet. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** True where the value is unknown or has an unknown part. */
export function hasUnknown(value: unknown): boolean {
  if (value === unknownValue) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isProperties(value) && Object.values(value).some(hasUnknown);
}

export function isProperties(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The plain value inside the engine's secret envelopes. Resource calls bring none, because the
 * stand-ins refuse them in `configure`; the arguments of `configure` itself still do.
 */
export function withoutEnvelopes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEnvelopes);
  if (!isProperties(value)) return value;
  if (value[signatureKey] === secretSignature) return withoutEnvelopes(value["value"]);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withoutEnvelopes(inner)]),
  );
}

/** Names of the properties that differ, by value, sorted; an unknown value differs from any. */
export function changedKeys(olds: Properties, news: Properties): string[] {
  const keys = new Set([...Object.keys(olds), ...Object.keys(news)]);
  return [...keys]
    .filter((key) => hasUnknown(news[key]) || !isDeepStrictEqual(olds[key], news[key]))
    .sort();
}

/** Drops absent and null properties: the protocol cannot tell the two apart. */
export function present(values: Properties): Properties {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== null),
  );
}

export function toProperties(struct: Struct | undefined): Properties {
  return present(struct?.toJavaScript() ?? {});
}

export function toStruct(values: Properties): Struct {
  return Struct.fromJavaScript(asJson(values));
}

type Json = Parameters<typeof Struct.fromJavaScript>[0];

/** A cast with its proof: what JSON gives back is JSON, and functions or `undefined` are gone. */
function asJson(values: Properties): Json {
  return JSON.parse(JSON.stringify(values)) as Json;
}
