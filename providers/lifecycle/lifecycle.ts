import { isDeepStrictEqual } from "node:util";
import { withDeadline } from "./deadline";
import { presentable, redactor } from "./failure";
import { containsUnknown } from "./unknown";

/** A fault of one input, found before anything is done. */
export interface InputFault {
  readonly property: string;
  readonly reason: string;
}

/** What a kind of resource is; everything that all kinds share is in {@link lifecycle}. */
export interface LifecycleSpec<I extends object, O extends I> {
  /** For messages, e.g. `host preflight`. */
  readonly what: string;
  /** The inputs that decide whether there is something to do. */
  readonly inputs: readonly (keyof I & string)[];
  /** Inputs whose change means another object; `identity` says which part of the value counts. */
  readonly replaceOn?: readonly {
    readonly input: keyof I & string;
    readonly identity?: (value: I) => unknown;
  }[];
  /** Longest time of one operation, in milliseconds. */
  limitMs(inputs: I): number;
  /** Faults of known inputs; called only where nothing of the inputs is unknown. */
  faults?(inputs: I): InputFault[];
  /** What a refresh has found that no longer holds, with what mends it; else undefined. */
  drift?(outs: O): string | undefined;
  create(inputs: I): Promise<{ readonly id: string; readonly outs: O }>;
  update(olds: O, news: I): Promise<O>;
  /** The present state; `undefined` only where the object is really absent. */
  read(olds: O): Promise<O | undefined>;
}

/** The six methods that the dynamic-provider host calls. */
export interface Lifecycle<I extends object, O extends I> {
  check(olds: I, news: I): Promise<{ inputs: I; failures: InputFault[] }>;
  diff(id: string, olds: O, news: I): Promise<Difference>;
  create(inputs: I): Promise<{ id: string; outs: O }>;
  read(id: string, olds?: O): Promise<{ id?: string; props?: O }>;
  update(id: string, olds: O, news: I): Promise<{ outs: O }>;
  delete(id: string, olds: O): Promise<void>;
}

/** Only what the host process forwards to the engine. */
export interface Difference {
  readonly changes: boolean;
  readonly replaces: string[];
  readonly deleteBeforeReplace: boolean;
}

/**
 * Makes the engine-facing methods of one kind of resource. They hold what the engine does not: a
 * limit in time, errors without secrets, outputs that its wire format can carry. `delete` does
 * nothing: what these resources stand for is data, and data survives a destroyed stack.
 */
export function lifecycle<I extends object, O extends I>(
  spec: LifecycleSpec<I, O>,
): Lifecycle<I, O> {
  const guarded = <T>(inputs: I, around: readonly object[], work: () => Promise<T>): Promise<T> =>
    guard({ what: spec.what, limitMs: spec.limitMs(inputs), around }, work);
  return {
    check: (_olds, news) =>
      Promise.resolve({
        inputs: news,
        failures: containsUnknown(news) ? [] : (spec.faults?.(news) ?? []),
      }),
    diff: (_id, olds, news) => Promise.resolve(difference(spec, olds, news)),
    create: (inputs) =>
      guarded(inputs, [inputs], async () => {
        const { id, outs } = await spec.create(plain(inputs));
        return { id, outs: plain(outs) };
      }),
    read: async (id, olds) => {
      if (olds === undefined) throw new Error(`${spec.what}: cannot be imported`);
      return guarded(olds, [olds], async () => {
        const found = await spec.read(plain(olds));
        announce(spec, olds, found);
        return found === undefined ? {} : { id, props: plain(found) };
      });
    },
    update: (_id, olds, news) =>
      guarded(news, [olds, news], async () => ({
        outs: plain(await spec.update(plain(olds), plain(news))),
      })),
    delete: () => Promise.resolve(),
  };
}

function difference<I extends object, O extends I>(
  spec: LifecycleSpec<I, O>,
  olds: O,
  news: I,
): Difference {
  const changes = spec.inputs.some((key) => !isDeepStrictEqual(olds[key], news[key]));
  const replaces = (spec.replaceOn ?? []).filter(({ input, identity }) => {
    if (containsUnknown(news[input])) return false;
    const of = identity ?? ((value: I) => value[input]);
    return !isDeepStrictEqual(of(olds), of(news));
  });
  return {
    changes: changes || replaces.length > 0 || spec.drift?.(olds) !== undefined,
    replaces: replaces.map(({ input }) => input),
    deleteBeforeReplace: false,
  };
}

/**
 * The engine's display says of a refreshed resource that it differs, not how. What this process
 * prints is shown among the diagnostics of the stack.
 */
function announce<I extends object, O extends I>(
  spec: LifecycleSpec<I, O>,
  olds: O,
  found: O | undefined,
): void {
  const drift = found === undefined ? "is gone; repair with the next up" : spec.drift?.(found);
  if (drift !== undefined) console.log(redactor([olds])(`drift: ${spec.what}: ${drift}`));
}

interface Guard {
  readonly what: string;
  readonly limitMs: number;
  readonly around: readonly object[];
}

async function guard<T>(limits: Guard, work: () => Promise<T>): Promise<T> {
  try {
    return await withDeadline(limits, work);
  } catch (error) {
    throw presentable(error, limits.around);
  }
}

/**
 * A copy that the wire format can carry: it refuses `undefined`, and the serialized provider that the
 * host process mixes into the properties is not ours to hand back.
 */
function plain<T extends object>(value: T): T {
  const copy = structuredClone(value);
  Reflect.deleteProperty(copy, "__provider");
  dropUndefined(copy);
  return copy;
}

function dropUndefined(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined) Reflect.deleteProperty(value, key);
    else dropUndefined(inner);
  }
}
