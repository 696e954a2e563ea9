import { OperatorError } from "./operatorError";

/** One thing that is wrong with the configuration. */
export interface Fault {
  /** Key path as the operator writes it (`antares:database.port`), or a place in a file of the project. */
  readonly path: string;
  /** What was given, as JSON, shortened; absent for what may be secret and for what is missing. */
  readonly given?: string;
  /** What is accepted there, in words. */
  readonly expected: string;
  /** The known key that an unknown one resembles most. */
  readonly nearest?: string;
}

/** Everything that is wrong with a configuration; the message has one line a fault. */
export class ConfigError extends OperatorError {
  constructor(readonly faults: readonly Fault[]) {
    super(describeFaults(faults));
    this.name = "ConfigError";
  }
}

function describeFaults(faults: readonly Fault[]): string {
  const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
  return [
    `the configuration of this stack has ${count}:`,
    ...faults.map((fault) => `  ${describeFault(fault)}`),
    "docs/configuration.md describes every key.",
  ].join("\n");
}

/** One fault on one line. */
export function describeFault(fault: Fault): string {
  const given = fault.given === undefined ? "" : ` is ${fault.given}`;
  const nearest = fault.nearest === undefined ? "" : `; did you mean ${fault.nearest}?`;
  return `${fault.path}${given}: expected ${fault.expected}${nearest}`;
}

const LONGEST = 100;

/** A refused value for a message: JSON on one line, shortened; `undefined` for what looks like a key. */
export function describeGiven(value: unknown, isListKey = false): string | undefined {
  if (Array.isArray(value) && !isListKey) return "a list";
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return "an object";
  const written = JSON.stringify(value) ?? "nothing";
  if (written.includes("PRIVATE KEY")) return undefined;
  return written.length <= LONGEST ? written : `${written.slice(0, LONGEST)}…`;
}
