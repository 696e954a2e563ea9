/** How many resources an operation touched, by kind; what it only looked at is in `same`. */
export interface ChangeCounts {
  readonly create: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
  readonly same: number;
}

/** One resource operation, as the engine reported it. */
export interface ResourceStep {
  readonly urn: string;
  /** Type token, `command:remote:Command`. */
  readonly type: string;
  /** Last part of the URN. */
  readonly name: string;
  /** Engine's operation: create, update, same, delete, create-replacement, refresh … */
  readonly op: string;
  /** Milliseconds since the epoch. */
  readonly start: number;
  /** Undefined while it runs, and for ever if the run was killed. */
  readonly end?: number;
  readonly failed: boolean;
}

export interface OperationEvents {
  readonly changes: ChangeCounts;
  /** In the order in which they began. */
  readonly steps: readonly ResourceStep[];
  /** Error diagnostics, each with the URN it is about ("" where none). */
  readonly errors: readonly { readonly urn: string; readonly message: string }[];
}

type Json = Readonly<Record<string, unknown>>;

/** Replacements are counted once, by the engine's own summary entry `replace`. */
const partsOfReplacement = new Set([
  "create-replacement",
  "delete-replaced",
  "discard-replaced",
  "remove-pending-replace",
]);

/**
 * Reads the engine's event log (`--event-log`), line by line. The log has whole seconds only, so
 * steps are timed by when their lines arrive. A new prelude starts a new operation: `up` reports
 * its preview first.
 */
export class EventReader {
  private readonly steps = new Map<string, ResourceStep>();
  private errors: { urn: string; message: string }[] = [];
  private summary: Json | undefined;

  /** @param onStep called when a step begins and again when it ends. */
  constructor(private readonly onStep?: (step: ResourceStep) => void) {}

  /**
   * Lines that are not JSON are passed over: one may be cut where the engine truncates its log.
   *
   * @param now milliseconds since the epoch
   */
  line(text: string, now: number): void {
    const event = parseRecord(text);
    if (event === undefined) return;
    if (event["preludeEvent"] !== undefined) this.restart();
    const begun = asRecord(event["resourcePreEvent"]);
    if (begun !== undefined && begun["planning"] !== true) this.begin(begun, now);
    const done = asRecord(event["resOutputsEvent"]);
    if (done !== undefined && done["planning"] !== true) this.finish(done, { now, failed: false });
    const failed = asRecord(event["resOpFailedEvent"]);
    if (failed !== undefined) this.finish(failed, { now, failed: true });
    const diagnostic = asRecord(event["diagnosticEvent"]);
    if (diagnostic !== undefined) this.diagnose(diagnostic);
    const summary = asRecord(event["summaryEvent"]);
    if (summary !== undefined) this.summary = asRecord(summary["resourceChanges"]) ?? {};
  }

  /** Whether the engine has told its totals, as it does at the end of every good operation. */
  get complete(): boolean {
    return this.summary !== undefined;
  }

  result(): OperationEvents {
    const steps = [...this.steps.values()];
    return { changes: countChanges(this.summary ?? countSteps(steps)), steps, errors: this.errors };
  }

  private restart(): void {
    this.steps.clear();
    this.errors = [];
    this.summary = undefined;
  }

  private begin(event: Json, now: number): void {
    const step = stepOf(event, now);
    if (step === undefined) return;
    this.steps.set(keyOf(step), step);
    this.onStep?.(step);
  }

  private finish(event: Json, at: { now: number; failed: boolean }): void {
    const told = stepOf(event, at.now);
    if (told === undefined) return;
    const begun = this.steps.get(keyOf(told));
    const failed = at.failed || begun?.failed === true;
    const step = { ...told, start: begun?.start ?? at.now, end: at.now, failed };
    this.steps.set(keyOf(step), step);
    this.onStep?.(step);
  }

  private diagnose(event: Json): void {
    if (event["severity"] !== "error") return;
    this.errors.push({ urn: asText(event["urn"]), message: asText(event["message"]).trim() });
  }
}

function keyOf(step: ResourceStep): string {
  return `${step.op} ${step.urn}`;
}

function stepOf(event: Json, now: number): ResourceStep | undefined {
  const metadata = asRecord(event["metadata"]);
  const urn = asText(metadata?.["urn"]);
  const op = asText(metadata?.["op"]);
  if (urn === "" || op === "") return undefined;
  const name = urn.split("::").at(-1) ?? urn;
  return { urn, type: asText(metadata?.["type"]), name, op, start: now, failed: false };
}

/** What a run without a summary (failed, killed) is known to have finished. */
function countSteps(steps: readonly ResourceStep[]): Json {
  const counts: Record<string, number> = {};
  for (const step of steps) {
    if (step.end === undefined || step.failed) continue;
    counts[step.op] = (counts[step.op] ?? 0) + 1;
  }
  return counts;
}

function countChanges(byOp: Json): ChangeCounts {
  const counts = { create: 0, update: 0, replace: 0, delete: 0, same: 0 };
  for (const [op, value] of Object.entries(byOp)) {
    const count = typeof value === "number" ? value : 0;
    if (op === "create" || op === "import") counts.create += count;
    else if (op === "update" || op === "replace" || op === "delete") counts[op] += count;
    else if (!partsOfReplacement.has(op)) counts.same += count;
  }
  return counts;
}

/** Resources that an operation changed, or would change. */
export function changedCount(counts: ChangeCounts): number {
  return counts.create + counts.update + counts.replace + counts.delete;
}

function parseRecord(text: string): Json | undefined {
  try {
    return asRecord(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function asRecord(value: unknown): Json | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value));
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}
