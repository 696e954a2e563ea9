import { randomBytes } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";

import type { Engine } from "./engine";
import { EventReader, type OperationEvents, type ResourceStep } from "./events";
import { finish, lastLines, type Finished } from "./process";
import { startHere, type Starter } from "./start";
import { FileTail } from "./tail";

export interface PulumiCliOptions {
  readonly engine: Pick<Engine, "cli" | "env">;
  /** PULUMI_HOME. */
  readonly home: string;
  /** PULUMI_BACKEND_URL. */
  readonly backend: string;
  readonly passphrase: string;
  /** Folder of Pulumi.yaml. */
  readonly cwd: string;
  readonly stack: string;
  /** Stack configuration instead of `Pulumi.STACK.yaml`. */
  readonly configFile?: string;
  /** Added to the CLI's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Here when not given. The event logs (under `home`) must be the same files on both sides. */
  readonly run?: Starter;
  /** Limit of every command that is not given one, in seconds; 1800 when not given. */
  readonly limitSeconds?: number;
}

/** A finished command; `code` is null when it was killed. Failing is a result, not an exception. */
export type CliResult = Finished;

/** A finished operation on the stack's resources, with what the engine reported. */
export type OperationResult = Finished & OperationEvents;

export interface CallOptions {
  /** More arguments of the command. */
  readonly args?: readonly string[];
  /** Every line that the CLI prints. */
  readonly onLine?: (line: string) => void;
  /** Called when a resource operation begins and when it ends (then with `end`). */
  readonly onStep?: (step: ResourceStep) => void;
  /** Interrupts as Ctrl-C does; the CLI is killed if that takes longer than `graceSeconds`. */
  readonly signal?: AbortSignal;
  /** 60 when not given: a running host step is waited for. */
  readonly graceSeconds?: number;
  readonly limitSeconds?: number;
}

export interface Setting {
  /** With its namespace: `antares:target`. */
  readonly key: string;
  readonly value: string;
  readonly secret?: boolean;
  /** The key is a path into an object, `antares:software.source`. */
  readonly path?: boolean;
}

/**
 * The ordinary CLI on one stack. Never asks, never colours, never passes a value on the command
 * line that could be a secret; the user's own PULUMI_ variables do not reach it.
 */
export class PulumiCli {
  constructor(private readonly options: PulumiCliOptions) {}

  /**
   * Makes the stack. `stack init` knows no `--config-file` and writes the encryption salt into
   * `Pulumi.STACK.yaml`; where a stack file of our own is given it runs beside a copy of
   * Pulumi.yaml, so that the project's folder stays as it is.
   */
  async stackInit(): Promise<CliResult> {
    const command = ["stack", "init", this.options.stack];
    if (this.options.configFile === undefined) return this.call(command, {});
    const scratch = mkdtempSync(join(this.options.home, "init-"));
    try {
      copyFileSync(join(this.options.cwd, "Pulumi.yaml"), join(scratch, "Pulumi.yaml"));
      return await this.call([...command, "--no-select"], { cwd: scratch });
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }

  /** Removes the stack's record; fails while it has resources, unless `force`. */
  stackRemove(options: { readonly force?: boolean } = {}): Promise<CliResult> {
    const force = options.force === true ? ["--force"] : [];
    return this.call([...this.onStack("stack", "rm"), "--yes", "--preserve-config", ...force], {});
  }

  /** Sets one key; the value goes by standard input. */
  configSet(setting: Setting): Promise<CliResult> {
    const secret = setting.secret === true ? "--secret" : "--plaintext";
    const flags = setting.path === true ? [secret, "--path"] : [secret];
    const command = [...this.onStack("config", "set"), ...this.fromFile(), ...flags, setting.key];
    // The CLI strips one newline at the end: with one added, a value's own survives.
    return this.call(command, { input: `${setting.value}\n` });
  }

  /** Removes one key; by a path a property, or an entry of a list. */
  configRemove(key: string): Promise<CliResult> {
    return this.call([...this.onStack("config", "rm"), ...this.fromFile(), "--path", key], {});
  }

  up(options: CallOptions = {}): Promise<OperationResult> {
    return this.operate(["up", "--yes"], options);
  }

  /** With `expectNoChanges` the exit code is not 0 when something would change. */
  preview(
    options: CallOptions & { readonly expectNoChanges?: boolean; readonly json?: boolean } = {},
  ): Promise<OperationResult> {
    const expect = options.expectNoChanges === true ? ["--expect-no-changes"] : [];
    const json = options.json === true ? ["--json"] : [];
    return this.operate(["preview", ...expect, ...json], options);
  }

  refresh(options: CallOptions = {}): Promise<OperationResult> {
    return this.operate(["refresh", "--yes"], options);
  }

  destroy(options: CallOptions = {}): Promise<OperationResult> {
    return this.operate(["destroy", "--yes"], options);
  }

  /**
   * The stack's outputs; secret ones are `"[secret]"` unless asked for.
   *
   * @throws Error when the command fails.
   */
  async outputs(options: { readonly showSecrets?: boolean } = {}): Promise<Outputs> {
    const secrets = options.showSecrets === true ? ["--show-secrets"] : [];
    const command = [...this.onStack("stack", "output"), "--json", ...secrets];
    const value: unknown = JSON.parse(succeeded(await this.call(command, {})).stdout);
    if (typeof value !== "object" || value === null) throw new Error("outputs are not an object");
    return Object.fromEntries(Object.entries(value));
  }

  /** The state as JSON text, secrets encrypted. @throws Error when the command fails. */
  async exportStack(): Promise<string> {
    return succeeded(await this.call(this.onStack("stack", "export"), {})).stdout;
  }

  /** Replaces the state by JSON text that `exportStack` gave. */
  importStack(state: string): Promise<CliResult> {
    return this.call(this.onStack("stack", "import"), { input: state });
  }

  /** Removes the lock that a killed run left. */
  cancel(): Promise<CliResult> {
    return this.call([...this.onStack("cancel"), "--yes"], {});
  }

  /** Any other command, as given; `onStack` and the global flags are added by the caller. */
  raw(args: readonly string[], options: CallOptions = {}): Promise<CliResult> {
    return this.call(args, options);
  }

  private onStack(...command: readonly string[]): readonly string[] {
    return [...command, "--stack", this.options.stack];
  }

  private fromFile(): readonly string[] {
    const file = this.options.configFile;
    return file === undefined ? [] : ["--config-file", file];
  }

  private async operate(command: readonly string[], call: CallOptions): Promise<OperationResult> {
    const folder = join(this.options.home, "events");
    mkdirSync(folder, { recursive: true });
    const log = join(folder, `${randomBytes(6).toString("hex")}.jsonl`);
    const reader = new EventReader(call.onStep);
    const tail = new FileTail(log, (line) => reader.line(line, Date.now()));
    const args = [...this.onStack(...command), ...this.fromFile(), "--event-log", log];
    try {
      const finished = await this.call([...args, ...(call.args ?? [])], call);
      tail.stop();
      // Zeros that nobody counted would pass for "nothing changed".
      if (finished.code === 0 && !reader.complete) {
        throw new Error(
          `the engine's event log ${log} was not seen: does the CLI share ${folder}?`,
        );
      }
      return { ...finished, ...reader.result() };
    } finally {
      tail.stop();
      rmSync(log, { force: true });
    }
  }

  private call(
    args: readonly string[],
    call: Omit<CallOptions, "args"> & { readonly input?: string; readonly cwd?: string },
  ): Promise<Finished> {
    const start = this.options.run ?? startHere;
    const always = ["--non-interactive", "--color", "never", "--cwd", call.cwd ?? this.options.cwd];
    const command = this.options.engine.cli;
    const { child, send } = start({ command, args: [...args, ...always], env: this.environment() });
    return finish(child, {
      ...call,
      send,
      limitSeconds: call.limitSeconds ?? this.options.limitSeconds ?? 1800,
      graceSeconds: call.graceSeconds ?? 60,
      politely: "SIGINT",
    });
  }

  private environment(): Record<string, string> {
    const kept: Record<string, string> = {};
    for (const [name, value] of Object.entries(process.env)) {
      if (value !== undefined && !name.startsWith("PULUMI_")) kept[name] = value;
    }
    return {
      ...kept,
      ...this.options.engine.env(this.options.home),
      PULUMI_BACKEND_URL: this.options.backend,
      PULUMI_CONFIG_PASSPHRASE: this.options.passphrase,
      // The event log is one of the CLI's debugging flags.
      PULUMI_DEBUG_COMMANDS: "true",
      ...this.options.env,
    };
  }
}

export type Outputs = Readonly<Record<string, unknown>>;

/** @throws Error with the last 20 lines when the command did not end with 0. */
export function succeeded<T extends CliResult>(result: T): T {
  if (result.code === 0) return result;
  const code = result.ended ?? `exit code ${String(result.code)}`;
  throw new Error(`pulumi failed (${code}):\n${lastLines(result)}`);
}
