import { join } from "node:path";

import { projectRoot } from "../../config/root";
import { digest, publishFolder, readIfThere, sweepDrafts } from "./cache";
import { lastLines, runCommand, type Finished } from "./process";
import { atLeast, findVersion, minimumGo, pinnedVersion } from "./version";

/** The Go module that pins the CLI and everything it is compiled from. */
export const cliModule: string = join(projectRoot, "rehearsal", "engine", "cli");

const versionSymbol = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
const limitSeconds = 45 * 60;

/** Changes with everything that decides what the compiled CLI is. */
export function builtKey(): string {
  const sources = ["go.mod", "go.sum"].map((name) => readIfThere(join(cliModule, name)) ?? "");
  return `built-v${pinnedVersion}-${process.platform}-${process.arch}-${digest(...sources)}`;
}

/** The installed Go (`1.26.8`), undefined where there is none. */
async function installedGo(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const finished = await runGo({ args: ["version"], seconds: 20, env });
    return finished.code === 0 ? findVersion(finished.stdout) : undefined;
  } catch {
    return undefined;
  }
}

/** What is missing for a build, in words; undefined when nothing is. */
export async function missingForBuild(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const version = await installedGo(env);
  if (version === undefined) return `Go >= ${minimumGo} is needed to build Pulumi; there is none`;
  if (atLeast(version, minimumGo)) return undefined;
  return `Go >= ${minimumGo} is needed to build Pulumi; here is ${version}`;
}

export interface Build {
  /** Folder that gets `pulumi`. */
  readonly place: string;
  readonly log: (line: string) => void;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

/**
 * Compiles the pinned CLI. An interrupted build goes on where it stopped, because Go keeps what it
 * has downloaded and compiled in caches of its own.
 *
 * @throws Error when Go is missing or too old, or with the last lines of a failed build.
 */
export async function buildFromModules(build: Build): Promise<void> {
  const missing = await missingForBuild(build.env);
  if (missing !== undefined) throw new Error(missing);
  build.log(
    `building Pulumi v${pinnedVersion} from its Go modules, once: 3 to 5 minutes on two idle cores, ` +
      "about 2 GB in Go's module cache",
  );
  const begun = performance.now();
  const ticker = setInterval(() => {
    build.log(`still building (${((performance.now() - begun) / 1000).toFixed(0)} s)`);
  }, 20_000);
  try {
    sweepDrafts(build.place);
    await publishFolder(build.place, (draft) => compile(build, join(draft, "pulumi")));
  } finally {
    clearInterval(ticker);
  }
  build.log(`built in ${((performance.now() - begun) / 1000).toFixed(0)} s`);
}

async function compile(build: Build, output: string): Promise<void> {
  const flags = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-tags=osusergo,grpcnotrace"];
  const linker = `-ldflags=-s -w -X ${versionSymbol}=v${pinnedVersion}`;
  const finished = await runGo({
    args: ["build", ...flags, linker, "-o", output, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"],
    seconds: limitSeconds,
    env: build.env,
    ...(build.signal === undefined ? {} : { signal: build.signal }),
  });
  build.signal?.throwIfAborted();
  if (finished.code === 0) return;
  const why = finished.ended === "limit" ? `exceeded ${String(limitSeconds)} s` : "failed";
  throw new Error(`go build of Pulumi v${pinnedVersion} ${why}:\n${lastLines(finished)}`);
}

interface GoCall {
  readonly args: readonly string[];
  readonly seconds: number;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

function runGo(call: GoCall): Promise<Finished> {
  return runCommand({
    command: "go",
    args: call.args,
    cwd: cliModule,
    // The installed toolchain and this module only: neither a download of another Go nor a
    // workspace file above the project may change what is built.
    env: { ...call.env, CGO_ENABLED: "0", GOTOOLCHAIN: "local", GOWORK: "off", GOFLAGS: "" },
    limitSeconds: call.seconds,
    ...(call.signal === undefined ? {} : { signal: call.signal }),
  });
}
