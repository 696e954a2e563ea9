import type { SecretName } from "../model";
import type { Rule, Written } from "../rules/rule";
import type { SecretRule } from "../rules/secrets";

/** One property that the operator can set. */
export interface Key<T> {
  /** `SUBJECT.PROPERTY`; `[]` behind the subject where it is a list of objects; the subject alone for plain values. */
  readonly path: string;
  readonly rule: Rule<T>;
  readonly description: string;
  readonly unit?: string;
  /** Value when nothing is set; absent where the key is required, optional, or see `defaultNote`. */
  readonly default?: T;
  /** The default in words, where it depends on other keys. */
  readonly defaultNote?: string;
  /** In words: when the key must be given. */
  readonly required?: string;
  /** In words: when the key may be given; elsewhere it is refused. */
  readonly only?: string;
  /** A value that the rule takes, as the operator would write it. */
  readonly example: Written;
  /** That value as the rule reads it; it holds the place of a refused value while faults are collected. */
  readonly sample: T;
}

/** A key that always has a value. */
export interface DefaultedKey<T> extends Key<T> {
  readonly default: T;
}

/** Builds a row whose sample is proven by its own rule, so a wrong example fails at start. */
export function key<T>(row: Omit<Key<T>, "sample" | "default">): Key<T> {
  const sample = row.rule.accept(row.example);
  if (sample === undefined) throw new Error(`the example of ${row.path} breaks its own rule`);
  return { ...row, sample };
}

/** The same with a default, which is the example too where none is given. */
export function defaulted<T extends string | number | boolean>(
  row: Omit<Key<T>, "sample" | "example"> & { readonly default: T; readonly example?: Written },
): DefaultedKey<T> {
  return { ...key({ ...row, example: row.example ?? String(row.default) }), default: row.default };
}

/** One top-level key `antares:NAME` and what is inside it. */
export interface Subject {
  readonly name: string;
  /** `array`: of objects. `list`: of plain values, which are what the one key says. */
  readonly type: "string" | "object" | "array" | "list";
  readonly description: string;
  readonly keys: readonly Key<unknown>[];
}

/** One secret: a top-level key of its own. */
export interface SecretKey {
  readonly name: SecretName;
  readonly rule: SecretRule;
  readonly description: string;
  /** In words: when it must be given, and what happens otherwise. */
  readonly required: string;
}

/** Last part of a key's path. */
export function propertyOf(row: Key<unknown>): string {
  return row.path.slice(row.path.lastIndexOf(".") + 1);
}
