import { existsSync, realpathSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

import { projectRoot } from "../../config/root";
import { buildFromModules, builtKey, missingForBuild } from "./build";
import { cacheDir as cacheFolder } from "../cache";
import { findCommand } from "../findCommand";
import { withLock } from "../lock";
import { given } from "./cache";
import { binFolder, launcherPaths, makeBinFolder, type BinFolder } from "./launchers";
import { runCommand } from "./process";
import { installerAddress, installFromVendor, isVendorReachable } from "./vendor";
import { atLeast, findVersion, minimumVersion, pinnedVersion } from "./version";

/** A Pulumi CLI that can run this project. */
export interface Engine {
  /** Absolute path of `pulumi`. */
  readonly cli: string;
  /** Version without the leading `v`. */
  readonly version: string;
  /** Found on PATH, installed by the vendor's script, or built from Go modules. */
  readonly origin: "path" | "vendor" | "built";
  /** Folder of `pulumi`, its language host and the dynamic-provider launcher. */
  readonly binDir: string;
  /** Files and folders that must be visible at the same paths where the CLI runs. */
  readonly paths: readonly string[];
  /** Environment of the CLI with `home` as PULUMI_HOME: nothing is downloaded, nothing asked. */
  env(home: string): Record<string, string>;
}

export interface EngineOptions {
  readonly log: (line: string) => void;
  /** The project's cache folder when not given. */
  readonly cacheDir?: string;
  readonly signal?: AbortSignal;
  /** Environment of all that is run here: PATH, HOME, proxies, ANTARES_…; ours when not given. */
  readonly env?: NodeJS.ProcessEnv;
}

interface Places {
  readonly cacheDir: string;
  /** What the vendor's script installed. */
  readonly vendor: string;
  /** What was built from Go modules. */
  readonly built: string;
  readonly lock: string;
}

function placesIn(cacheDir: string): Places {
  const engine = join(cacheDir, "engine");
  return {
    cacheDir,
    vendor: join(engine, `vendor-v${pinnedVersion}`),
    built: join(engine, builtKey()),
    lock: join(cacheDir, "engine.lock"),
  };
}

/**
 * The CLI on PATH if new enough; else the one installed or built before; else the vendor's
 * installer; else a build from Go modules. Says through `log` what happens.
 *
 * @throws Error when no way is left: what was tried, and what to install.
 */
export async function ensureEngine(options: EngineOptions): Promise<Engine> {
  const env = options.env ?? process.env;
  const places = placesIn(options.cacheDir ?? cacheFolder(env));
  const found = (await engineOnPath({ ...options, env }, places)) ?? (await engineInCache(places));
  if (found !== undefined) return found;
  // One build at a time; whoever waits for another's finds it in the cache.
  return withLock(
    places.lock,
    async () => {
      // Another process may have finished while we waited.
      return (await engineInCache(places)) ?? (await installEngine({ ...options, env }, places));
    },
    3_600_000,
  );
}

/** With the environment decided. */
type Decided = EngineOptions & { readonly env: NodeJS.ProcessEnv };

async function installEngine(options: Decided, places: Places): Promise<Engine> {
  rmSync(places.vendor, { recursive: true, force: true });
  const { log, env, signal } = options;
  const passed = { log, env, ...(signal === undefined ? {} : { signal }) };
  const address = installerAddress(env);
  const refused = await installFromVendor({ place: places.vendor, address, ...passed });
  if (refused === undefined) {
    const engine = await vendorEngine(places);
    if (engine !== undefined) return engine;
  }
  options.log(`vendor's installer: ${refused ?? "what it installed does not run"}`);
  const compiled = join(places.built, "pulumi");
  if ((await versionOf(compiled)) !== pinnedVersion) {
    rmSync(places.built, { recursive: true, force: true });
    await buildFromModules({ place: places.built, ...passed });
  }
  return builtEngine(places);
}

async function engineOnPath(options: Decided, places: Places): Promise<Engine | undefined> {
  const search = options.env["PATH"] ?? "";
  const cli = findCommand("pulumi", search);
  if (cli === undefined) return undefined;
  // `npm run engine -- env` puts our own on PATH: that one is looked after in the cache.
  if (cli.startsWith(join(places.cacheDir, "engine") + "/")) return undefined;
  const version = await versionOf(cli);
  const problem = problemOnPath({ cli, version, search });
  if (problem !== undefined) {
    options.log(`pulumi on PATH (${cli}) is not used: ${problem}`);
    return undefined;
  }
  return engineAt({ cli, version: version ?? "", origin: "path" });
}

interface PathCandidate {
  readonly cli: string;
  readonly version: string | undefined;
  readonly search: string;
}

/** Why a CLI on PATH cannot be used; undefined when it can. */
function problemOnPath(candidate: PathCandidate): string | undefined {
  const { cli, version, search } = candidate;
  if (version === undefined) return "`pulumi version` fails";
  if (!atLeast(version, minimumVersion)) return `${version} is older than ${minimumVersion}`;
  const host = "pulumi-language-nodejs";
  if (existsSync(join(dirname(realpathSync(cli)), host))) return undefined;
  if (findCommand(host, search) !== undefined) return undefined;
  return `its Node language host (${host}) is missing`;
}

async function engineInCache(places: Places): Promise<Engine | undefined> {
  const vendor = await vendorEngine(places);
  if (vendor !== undefined) return vendor;
  return existsSync(join(places.built, "pulumi")) ? tryBuilt(places) : undefined;
}

async function vendorEngine(places: Places): Promise<Engine | undefined> {
  const cli = join(places.vendor, "bin", "pulumi");
  const version = await versionOf(cli);
  if (version !== pinnedVersion) return undefined;
  return engineAt({ cli, version, origin: "vendor" });
}

function binOf(places: Places): BinFolder {
  return {
    parent: join(places.cacheDir, "engine"),
    cli: join(places.built, "pulumi"),
    cliKey: builtKey(),
    paths: launcherPaths(),
  };
}

async function tryBuilt(places: Places): Promise<Engine | undefined> {
  try {
    return await builtEngine(places);
  } catch {
    // A cache that was cut short or moved: prepared again, under the lock.
    return undefined;
  }
}

async function builtEngine(places: Places): Promise<Engine> {
  const bin = binOf(places);
  if (!existsSync(join(binFolder(bin), "pulumi"))) await makeBinFolder(bin);
  const cli = join(binFolder(bin), "pulumi");
  const version = await versionOf(cli);
  if (version === pinnedVersion) return engineAt({ cli, version, origin: "built" });
  rmSync(binFolder(bin), { recursive: true, force: true });
  throw new Error(`${cli} answers version ${version ?? "(none)"}, not ${pinnedVersion}`);
}

function engineAt(found: Pick<Engine, "cli" | "version" | "origin">): Engine {
  const binDir = dirname(found.cli);
  const node = dirname(process.execPath);
  const search = [binDir, node, given(process.env["PATH"]) ?? "/usr/sbin:/usr/bin:/sbin:/bin"];
  return {
    ...found,
    binDir,
    paths: [...new Set([dirname(realpathSync(found.cli)), process.execPath, projectRoot])],
    env: (home) => ({
      PATH: search.join(delimiter),
      PULUMI_HOME: home,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    }),
  };
}

/** What `pulumi version` answers; undefined when it does not run. */
async function versionOf(cli: string): Promise<string | undefined> {
  if (!existsSync(cli)) return undefined;
  try {
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const finished = await runCommand({ command: cli, args: ["version"], env, limitSeconds: 30 });
    return finished.code === 0 ? findVersion(finished.stdout) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What the machine lacks for `ensureEngine`, in words; undefined when a CLI is there or can be had.
 * Asks the vendor's site only where nothing else is left, for two seconds at most.
 */
export async function missingForEngine(
  options: Pick<EngineOptions, "cacheDir" | "env"> = {},
): Promise<string | undefined> {
  const env = options.env ?? process.env;
  const places = placesIn(options.cacheDir ?? cacheFolder(env));
  const quiet = { env, log: () => undefined };
  const found = (await engineOnPath(quiet, places)) ?? (await engineInCache(places));
  if (found !== undefined) return undefined;
  const missing = await missingForBuild(env);
  if (missing === undefined) return undefined;
  return (await isVendorReachable(env)) ? undefined : missing;
}
