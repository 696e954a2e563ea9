/**
 * What a stand-in for a provider plugin is made of. A stand-in serves the resource types of a
 * plugin that no package registry has, so that the same program runs on the real engine. It never
 * sees secrets as such: the engine hands plain values over and marks outputs secret again by name.
 */

/** Inputs or state of a resource: JSON values; an unknown one is the string `unknownValue`. */
export type Properties = Readonly<Record<string, unknown>>;

export interface CheckFailure {
  /** Path of the property, `connection.host`. */
  readonly property: string;
  /** What is wrong; never the value, which may be secret. */
  readonly reason: string;
}

export type Severity = "debug" | "info" | "warning" | "error";

/** What a call of the engine brings along. */
export interface CallContext {
  /** The resource's logical name. */
  readonly name: string;
  /** Aborted when the engine cancels, when it is gone, or when the resource's time-out is over. */
  readonly signal: AbortSignal;
  /** Shown at the resource; `status` lines give way to the next one on a terminal. */
  log(severity: Severity, message: string, status?: "status"): void;
}

export interface CheckArgs {
  readonly name: string;
  readonly news: Properties;
  /** Inputs of the last successful deployment; empty for a new resource. */
  readonly olds: Properties;
  /** Steers generated names; equal for equal runs of one update. */
  readonly randomSeed: Uint8Array;
}

export interface DiffArgs {
  readonly oldState: Properties;
  readonly news: Properties;
}

export interface UpdateArgs {
  readonly oldState: Properties;
  readonly news: Properties;
}

export interface ExistingArgs {
  readonly id: string;
  readonly state: Properties;
  /** Inputs in the state; empty for an import. */
  readonly inputs: Properties;
}

export interface Existing {
  readonly state: Properties;
  readonly inputs: Properties;
}

/** One resource type. Errors that methods throw reach the user with their message only. */
export interface ResourceHandler {
  /** Properties whose change replaces the resource. */
  readonly replaceOn: readonly string[];
  /** Adds defaults and finds faults; must let unknown values pass. */
  check(args: CheckArgs): { inputs: Properties; failures: readonly CheckFailure[] };
  /** Names of the changed properties; without it, inputs are compared with inputs. */
  diff?(args: DiffArgs): readonly string[];
  create(inputs: Properties, context: CallContext): Promise<{ id: string; state: Properties }>;
  /** What is really there; undefined when it is gone. Without it, the state is believed. */
  read?(args: ExistingArgs, context: CallContext): Promise<Existing | undefined>;
  update(args: UpdateArgs, context: CallContext): Promise<Properties>;
  delete(args: ExistingArgs, context: CallContext): Promise<void>;
}

export interface StandIn {
  /** Name of the plugin that it stands for. */
  readonly name: string;
  readonly version: string;
  /** Faults of the provider's own configuration; values are strings, some unknown. */
  checkConfig(config: Properties): readonly CheckFailure[];
  /** The resource types by token, bound to a configuration without unknown values. */
  configure(config: Properties): Readonly<Record<string, ResourceHandler>>;
}
