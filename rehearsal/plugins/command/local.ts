import { spawn } from "node:child_process";
import type { CallContext } from "../standIn";
import type { CommandInputs } from "./inputs";
import { failure, OutputCollector, type Collected } from "./output";

export interface LocalRun {
  readonly command: string;
  readonly inputs: CommandInputs;
  /** Variables on top of the inputs' own. */
  readonly extraEnvironment: Readonly<Record<string, string>>;
}

/**
 * Runs a command on this machine. On cancellation the process itself is killed, not what it
 * started, and the call ends when the last holder of its output has gone: as the plugin does.
 *
 * @throws Error in the plugin's words where the command fails or cannot be started.
 */
export async function runLocal(run: LocalRun, context: CallContext): Promise<Collected> {
  const { command, inputs } = run;
  const interpreter = inputs.interpreter ?? [];
  const [file, ...args] = [...(interpreter.length > 0 ? interpreter : ["/bin/sh", "-c"]), command];
  if (file === undefined) throw new Error("no interpreter");
  const output = new OutputCollector(inputs.logging, context);
  const child = spawn(file, args, {
    ...(inputs.dir === undefined ? {} : { cwd: inputs.dir }),
    env: { ...process.env, ...inputs.environment, ...run.extraEnvironment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdout.on("data", (data: Buffer) => output.add("stdout", data));
  child.stderr.on("data", (data: Buffer) => output.add("stderr", data));
  // A command that does not read its input is no fault of the command.
  child.stdin.on("error", () => undefined);
  child.stdin.end(inputs.stdin ?? "");
  const kill = (): void => void child.kill("SIGKILL");
  context.signal.addEventListener("abort", kill);
  if (context.signal.aborted) kill();
  const how = await new Promise<string | undefined>((resolve) => {
    child.once("error", (error: NodeJS.ErrnoException) => resolve(notStarted(file, error)));
    child.once("close", (code, signal) => resolve(endedBadly(code, signal)));
  });
  context.signal.removeEventListener("abort", kill);
  const collected = output.end();
  if (output.fault !== undefined) throw output.fault;
  if (how !== undefined) throw failure(how, command, collected.both);
  return collected;
}

function notStarted(file: string, error: NodeJS.ErrnoException): string {
  const reason = error.code === "ENOENT" ? "no such file or directory" : error.message;
  if (file.includes("/")) return `fork/exec ${file}: ${reason}`;
  return error.code === "ENOENT" ? `exec: "${file}": executable file not found in $PATH` : reason;
}

const signalNames: Readonly<Partial<Record<NodeJS.Signals, string>>> = {
  SIGKILL: "killed",
  SIGTERM: "terminated",
  SIGINT: "interrupt",
  SIGHUP: "hangup",
  SIGSEGV: "segmentation fault",
  SIGABRT: "aborted",
};

function endedBadly(code: number | null, signal: NodeJS.Signals | null): string | undefined {
  if (signal !== null) return `signal: ${signalNames[signal] ?? signal}`;
  return code === 0 ? undefined : `exit status ${String(code)}`;
}
