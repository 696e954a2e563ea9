/** What Pulumi can hold in a property: text, a number or a truth value. */
export type Scalar = string | number | boolean;

/** What the operator can write at one key: a scalar, or a list of them. */
export type Written = Scalar | readonly Scalar[];

/** One value rule: turns what the operator wrote into a typed value, or refuses it. */
export interface Rule<T> {
  /** Type as Pulumi names it. */
  readonly type: "string" | "integer" | "number" | "boolean" | "list";
  /** What is accepted, in words that follow "expected". */
  readonly expected: string;
  /** The value in its normal form; `undefined` where the rule refuses it. Never throws. */
  accept(given: Written): T | undefined;
  /** True where a refused text may hold a credential, so that no message may repeat it. */
  conceals?(given: Written): boolean;
}

/** Text by a test of its own; `parse` answers the normal form or `undefined`. */
export function text<T = string>(rule: {
  readonly expected: string;
  readonly parse: (given: string) => T | undefined;
  readonly conceals?: (given: string) => boolean;
}): Rule<T> {
  const { expected, parse, conceals } = rule;
  return {
    type: "string",
    expected,
    accept: (given) => {
      const written = asText(given);
      return written === undefined ? undefined : parse(written);
    },
    ...(conceals && { conceals: (given) => typeof given === "string" && conceals(given) }),
  };
}

/** Text that matches a pattern as a whole; taken as it is. */
export function pattern(shape: RegExp, expected: string): Rule<string> {
  return text({ expected, parse: (given) => (shape.test(given) ? given : undefined) });
}

/** One of a few words, exactly as written here. */
export function choice<const V extends readonly string[]>(values: V): Rule<V[number]> {
  return text<V[number]>({
    expected: `one of ${values.join(", ")}`,
    parse: (given) => values.find((value) => value === given),
  });
}

/** A whole number within bounds, also where YAML quotes it. */
export function integer(bounds: {
  readonly min: number;
  readonly max: number;
  readonly expected: string;
}): Rule<number> {
  return {
    type: "integer",
    expected: bounds.expected,
    accept: (given) => {
      const number = asInteger(given);
      if (number === undefined || number < bounds.min || number > bounds.max) return undefined;
      return number;
    },
  };
}

/** A part of a whole, above 0 and at most 1, also where YAML quotes it. */
export const fraction: Rule<number> = {
  type: "number",
  expected: "a number above 0 and at most 1, such as 0.5",
  accept: (given) => {
    const plain = typeof given === "string" && /^[01](\.\d{1,6})?$/.test(given);
    const number = plain ? Number(given) : given;
    return typeof number === "number" && number > 0 && number <= 1 ? number : undefined;
  },
};

/** Several values of one kind, each once; one alone need not be written as a list. */
export function listOf<T>(
  item: Rule<T>,
  size: { readonly min: number; readonly max: number; readonly expected: string },
): Rule<readonly T[]> {
  return {
    type: "list",
    expected: size.expected,
    accept: (given) => {
      const written: readonly Scalar[] = typeof given === "object" ? given : [given];
      const accepted = written.flatMap((each) => item.accept(each) ?? []);
      const unique = new Set(written.map(String)).size === written.length;
      const fits = accepted.length >= size.min && accepted.length <= size.max;
      return fits && unique && accepted.length === written.length ? accepted : undefined;
    },
  };
}

/** `true` or `false`, also where YAML quotes it. */
export const truth: Rule<boolean> = {
  type: "boolean",
  expected: "true or false",
  accept: (given) => {
    if (given === true || given === "true") return true;
    if (given === false || given === "false") return false;
    return undefined;
  },
};

// `pulumi config set --path` turns digits into a number whatever the property is, so a text of digits
// arrives as one. A fraction is refused: 1.10 would have become 1.1 on the way.
function asText(given: Written): string | undefined {
  if (typeof given === "string") return given;
  return Number.isSafeInteger(given) ? String(given) : undefined;
}

function asInteger(given: Written): number | undefined {
  if (typeof given === "number") return Number.isSafeInteger(given) ? given : undefined;
  return typeof given === "string" && /^(0|[1-9]\d{0,14})$/.test(given) ? Number(given) : undefined;
}
