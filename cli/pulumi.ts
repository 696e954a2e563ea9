import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { projectRoot } from "../config/root";
import { UserError } from "./userError";

/** A finished `pulumi` command. `stdout` is empty where the terminal got it. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Where the command's own output goes; `stderr` leaves stdout for a result of ours. */
  readonly output?: "stdout" | "stderr";
}

const defaults = {
  PULUMI_SKIP_UPDATE_CHECK: "true",
  // Steps wait for other machines rather than for this one's cores, of which the engine otherwise
  // takes four each: on a small machine a large cluster would join in turns.
  PULUMI_PARALLEL: "32",
};

const installHint =
  "install it (https://www.pulumi.com/docs/install/), or use the rehearsal's: " +
  'eval "$(npm run --silent engine -- env)"';

/** The `pulumi` on PATH, for one stack, in the project's folder. */
export class Pulumi {
  constructor(
    readonly stack: string,
    private readonly place: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
  ) {}

  /** A short question: captured, nothing asked back, at most two minutes. */
  async query(args: readonly string[], input = ""): Promise<Finished> {
    const child = spawn("pulumi", [...args, "--non-interactive"], {
      cwd: this.place.cwd,
      env: this.environment({}),
    });
    // Not spawn's own time limit: its timer outlives a command that could not be started.
    const limit = setTimeout(() => child.kill(), 120_000);
    // A command that ends without reading must not end us: its exit code says enough.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    try {
      const [code, stdout, stderr] = await Promise.all([
        exitCode(child),
        text(child.stdout),
        text(child.stderr),
      ]);
      return { code, stdout, stderr };
    } finally {
      clearTimeout(limit);
    }
  }

  /** An operation on the terminal, to its end; what it says on stderr is shown and returned. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
    const child = spawn("pulumi", [...args], {
      cwd: this.place.cwd,
      env: this.environment(options.env ?? {}),
      stdio: ["inherit", options.output === "stderr" ? 2 : "inherit", "pipe"],
    });
    const release = passSignals(child);
    child.stderr?.on("data", (chunk: Buffer) => process.stderr.write(chunk));
    try {
      const [code, stderr] = await Promise.all([
        exitCode(child),
        child.stderr === null ? "" : text(child.stderr),
      ]);
      return { code, stdout: "", stderr };
    } finally {
      release();
    }
  }

  private environment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
    const { cwd, env } = this.place;
    // Node 22 and later keep there what they have compiled of the program and of its providers.
    const compiled = { NODE_COMPILE_CACHE: join(cwd, "node_modules", ".cache", "node") };
    return { ...defaults, ...compiled, ...env, NODE_OPTIONS: nodeOptions(env), ...extra };
  }
}

/**
 * The process of the dynamic providers is the SDK's own, which only Node's options reach: half of its
 * start is loading what the program postpones.
 */
function nodeOptions({ NODE_OPTIONS: given = "" }: NodeJS.ProcessEnv): string {
  const postponed = join(projectRoot, "dist", "components", "postponed.js");
  return `${given} --require "${postponed.replace(/["\\]/g, "\\$&")}"`.trimStart();
}

function exitCode(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", (error) => {
      const absent = "code" in error && error.code === "ENOENT";
      reject(absent ? new UserError("there is no `pulumi` on PATH", installHint) : error);
    });
    // A signal has no exit code; 130 is what a shell reports for an interrupted command.
    child.once("close", (code) => resolve(code ?? 130));
  });
}

/**
 * We live until the engine has put its state in order. At a terminal, Ctrl-C reaches the engine by
 * itself, and a second signal would make it give up at once; elsewhere the first one is passed on.
 */
function passSignals(child: ChildProcess): () => void {
  let passed = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    const reachesItself = signal === "SIGINT" && process.stdin.isTTY;
    if (passed || reachesItself) return;
    passed = true;
    child.kill(signal);
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
}
