import { describeGiven, type Fault } from "../fault";
import { propertyOf, type DefaultedKey, type Key } from "../keys/key";
import type { Scalar, Written } from "../rules/rule";

/** One object of the configuration as the operator wrote it. */
export interface Given {
  /** Its path for messages, such as `antares:countries[2]`. */
  readonly at: string;
  readonly properties: ReadonlyMap<string, unknown>;
  /** True where values of it may be secret, so that no message repeats one. */
  readonly concealed: boolean;
}

/**
 * Reads the properties of one object by the rows of the key table and collects what is wrong. A
 * refused value is answered by the row's sample, so that decoding goes on and finds every fault; a
 * configuration with a fault is never handed out.
 */
export class Reader {
  private readonly refused = new Set<string>();
  private readonly hidden = new Set<string>();

  constructor(
    private readonly given: Given,
    private readonly faults: Fault[],
  ) {}

  /** Where the object is, for messages: its path without the namespace. */
  get at(): string {
    return this.given.at.slice(this.given.at.indexOf(":") + 1);
  }

  /** The value given, or the row's default. */
  value<T>(row: DefaultedKey<T>): T {
    return this.optional(row) ?? row.default;
  }

  /** The value given, or `undefined`. */
  optional<T>(row: Key<T>): T | undefined {
    const property = propertyOf(row);
    if (!this.given.properties.has(property)) return undefined;
    const given = this.given.properties.get(property);
    const value = isWritten(given) ? row.rule.accept(given) : undefined;
    if (value !== undefined) return value;
    if (isWritten(given) && row.rule.conceals?.(given) === true) this.hidden.add(property);
    this.refuse(row, row.rule.expected);
    return row.sample;
  }

  /** The value given; a fault where there is none. */
  required<T>(row: Key<T>, because = row.required): T {
    const value = this.optional(row);
    if (value !== undefined) return value;
    const reason = because === undefined || because === "always" ? "" : `, because ${because}`;
    this.refuse(row, `${row.rule.expected}${reason}; it is missing`);
    return row.sample;
  }

  /** True where the operator gave the property, right or wrong. */
  has(row: Key<unknown>): boolean {
    return this.given.properties.has(propertyOf(row));
  }

  /** True where nothing was wrong with these properties so far; rules across keys ask first. */
  sound(...rows: readonly Key<unknown>[]): boolean {
    return rows.every((row) => !this.refused.has(propertyOf(row)));
  }

  /** Refuses each of these where it is given though it cannot count. */
  forbid(rows: readonly Key<unknown>[], only?: string): void {
    for (const row of rows) {
      this.optional<unknown>(row);
      if (!this.has(row) || !this.sound(row)) continue;
      this.refuse(row, `no value: it counts only where ${only ?? row.only ?? "it is allowed"}`);
    }
  }

  /** Records a fault at a property, with the value given unless it may be secret. */
  refuse(row: Key<unknown>, expected: string): void {
    const property = propertyOf(row);
    if (this.refused.has(property)) return;
    this.refused.add(property);
    const value = this.given.properties.get(property);
    const quiet = this.given.concealed || this.hidden.has(property) || !this.has(row);
    const given = quiet ? undefined : describeGiven(value, row.rule.type === "list");
    const path = this.at === property ? this.given.at : `${this.given.at}.${property}`;
    this.faults.push({ path, ...(given !== undefined && { given }), expected });
  }
}

function isWritten(value: unknown): value is Written {
  return Array.isArray(value) ? value.every(isScalar) : isScalar(value);
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
