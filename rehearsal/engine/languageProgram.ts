import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";

import type { RunRequest } from "@pulumi/pulumi/proto/language_pb";

/** How the SDK's runner is started for one program. */
export interface Program {
  readonly args: readonly string[];
  readonly cwd: string;
  /** Added to this process's environment. */
  readonly env: Readonly<Record<string, string>>;
}

export interface RunningProgram {
  /** Resolves when the program has ended; rejects when it could not be started. */
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
  /** Ends it at once: the engine no longer listens to it. */
  kill(): void;
}

/** Runtime options of Pulumi.yaml that mean something to a Node program. */
interface RuntimeOptions {
  /** Extra arguments of `node`, separated by blanks. */
  readonly nodeargs: string;
  readonly typescript: boolean;
  readonly tsconfig: string;
}

/**
 * Translates the engine's request into the command line and the environment of the SDK's runner.
 *
 * @throws Error when the program has no `@pulumi/pulumi` installed.
 */
export function programOf(request: RunRequest, engine: string): Program {
  const info = request.getInfo();
  const folder = info?.getProgramDirectory() ?? request.getPwd();
  const options = readOptions(info?.getOptions()?.toJavaScript() ?? {});
  const entry = info?.getEntryPoint() ?? request.getProgram();
  const flags = [
    ...["--monitor", request.getMonitorAddress(), "--engine", engine],
    ...["--project", request.getProject(), "--stack", request.getStack()],
    ...["--organization", request.getOrganization(), "--pwd", request.getPwd()],
    ...["--root-directory", info?.getRootDirectory() ?? folder],
    ...(request.getDryrun() ? ["--dry-run"] : []),
    ...["--parallel", String(request.getParallel())],
  ];
  const node = options.nodeargs.split(/\s+/).filter((word) => word !== "");
  return {
    args: [...node, findRunner(folder), ...flags, entry, ...request.getArgsList()],
    cwd: request.getPwd(),
    env: environmentOf(request, options),
  };
}

function environmentOf(request: RunRequest, options: RuntimeOptions): Record<string, string> {
  const config = Object.fromEntries(request.getConfigMap().toArray());
  return {
    PULUMI_CONFIG: JSON.stringify(config),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    PULUMI_NODEJS_TYPESCRIPT: String(options.typescript),
    ...(options.tsconfig === "" ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig }),
  };
}

function readOptions(options: Record<string, unknown>): RuntimeOptions {
  const { nodeargs, typescript, tsconfig } = options;
  return {
    nodeargs: typeof nodeargs === "string" ? nodeargs : "",
    // TypeScript is Pulumi's default: a project that is compiled beforehand says so.
    typescript: typescript !== false,
    tsconfig: typeof tsconfig === "string" ? tsconfig : "",
  };
}

function findRunner(folder: string): string {
  try {
    return createRequire(join(folder, "package.json")).resolve("@pulumi/pulumi/cmd/run");
  } catch {
    throw new Error(`@pulumi/pulumi is not installed in ${folder}: run \`npm ci\` there`);
  }
}

/** Starts the program; its output is ours, which the engine shows under the stack. */
export function startProgram(program: Program): RunningProgram {
  const child = spawn(process.execPath, [...program.args], {
    cwd: program.cwd,
    env: { ...process.env, ...program.env },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  return { ended, kill: () => void child.kill("SIGKILL") };
}
