import { asRecord, isRecord } from "../answers";
import type { Properties } from "./row";

/** Tags as CloudFormation lists them. */
export function tagList(tags: unknown): readonly Properties[] {
  return Object.entries(asRecord(tags)).map(([Key, Value]) => ({ Key, Value }));
}

/** A value with the names of its properties as CloudFormation spells them. */
export function capitals(value: unknown, names: Readonly<Record<string, string>> = {}): unknown {
  if (Array.isArray(value)) return value.map((one) => capitals(one, names));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [capital(key, names), capitals(inner, names)]),
  );
}

/** Its name there: another one of `names`, else with a capital. */
export const capital = (key: string, names: Readonly<Record<string, string>> = {}): string =>
  names[key] ?? `${key.slice(0, 1).toUpperCase()}${key.slice(1)}`;
