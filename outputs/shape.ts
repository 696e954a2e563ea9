/** What is wrong with a value, at its key path. */
export interface Fault {
  readonly path: string;
  readonly expected: string;
  readonly given: unknown;
}

/** A type that can be asked for at run time: what is not as expected is added to `faults`. */
export type Shape<T> = (given: unknown, path: string, faults: Fault[]) => T | undefined;

/** What a shape lets through. */
export type Shaped<S> = S extends Shape<infer T> ? T : never;

function plain<T>(expected: string, is: (given: unknown) => given is T): Shape<T> {
  return (given, path, faults) => {
    if (is(given)) return given;
    faults.push({ path, expected, given });
    return undefined;
  };
}

export const text = plain(
  "text",
  (given): given is string => typeof given === "string" && given !== "",
);

/** Text that may be empty. */
export const anyText = plain("text", (given): given is string => typeof given === "string");

export const count = plain(
  "a whole number from 0 on",
  (given): given is number => Number.isSafeInteger(given) && Number(given) >= 0,
);

/** One of a few words or numbers. */
export function oneOf<const T extends string | number>(...known: readonly T[]): Shape<T> {
  const expected = known.length === 1 ? String(known[0]) : `one of ${known.join(", ")}`;
  return plain(expected, (given): given is T => known.some((one) => one === given));
}

/** Something or null, which whoever keeps outputs may also leave out. */
export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (given, path, faults) =>
    given === undefined || given === null ? null : shape(given, path, faults);
}

export function listOf<T>(shape: Shape<T>): Shape<readonly T[]> {
  return (given, path, faults) => {
    if (!Array.isArray(given)) {
      faults.push({ path, expected: "a list", given });
      return undefined;
    }
    return given.flatMap((one: unknown, i) => shape(one, `${path}[${i}]`, faults) ?? []);
  };
}

/** Any keys, values of one shape. */
export function recordOf<T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (given, path, faults) => {
    if (!isRecord(given)) {
      faults.push({ path, expected: "an object", given });
      return undefined;
    }
    const read = Object.entries(given).map(([key, one]) => [
      key,
      shape(one, `${path}.${key}`, faults),
    ]);
    // Where a value does not fit there is a fault, and nobody gets the object.
    return Object.fromEntries(read) as Readonly<Record<string, T>>;
  };
}

/** Shapes by key. */
export type Table = Readonly<Record<string, Shape<unknown>>>;

/** What a table lets through; a key that may be missing may be left out. */
export type Values<T extends Table> = {
  readonly [Key in keyof T as undefined extends Shaped<T[Key]> ? never : Key]: Shaped<T[Key]>;
} & {
  readonly [Key in keyof T as undefined extends Shaped<T[Key]> ? Key : never]?: Shaped<T[Key]>;
};

/** An object with these keys; others are left out, so that a newer writer breaks no reader. */
export function object<T extends Table>(table: T): Shape<Values<T>> {
  return (given, path, faults) => {
    if (!isRecord(given)) {
      faults.push({ path, expected: "an object", given });
      return undefined;
    }
    const at = (key: string): string => (path === "" ? key : `${path}.${key}`);
    const read = Object.entries(table)
      .map(([key, shape]) => [key, shape(given[key], at(key), faults)] as const)
      .filter(([, value]) => value !== undefined);
    // As above.
    return Object.fromEntries(read) as Values<T>;
  };
}

/** A key that may be missing. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (given, path, faults) => (given === undefined ? undefined : shape(given, path, faults));
}

export function isRecord(given: unknown): given is Readonly<Record<string, unknown>> {
  return typeof given === "object" && given !== null && !Array.isArray(given);
}

/** A fault in one line. */
export function describe({ path, expected, given }: Fault): string {
  const found = given === undefined ? "it is missing" : `it is ${JSON.stringify(given)}`;
  return `${path}: expected ${expected}; ${found}`;
}
