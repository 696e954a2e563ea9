import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);
const DEFAULT_INDEX = "from pip._internal.models.index import PyPI; print(PyPI.simple_url)";

/**
 * The simple index that this machine's installers use, with a trailing slash: from the environment,
 * pip's configuration, else pip's own default. It may hold credentials.
 * Throws where there is neither a setting nor a pip, not even below `root`.
 */
export async function machineIndex(env: NodeJS.ProcessEnv = process.env, root = "/"): Promise<URL> {
  const set = [env["PIP_INDEX_URL"], env["UV_DEFAULT_INDEX"], env["UV_INDEX_URL"]];
  const found =
    set.find((value) => value !== undefined && value !== "") ??
    (await configured(env)) ??
    (await builtIn(env, root));
  if (found === undefined) {
    throw new Error("no Python index known: set PIP_INDEX_URL or install python3-pip");
  }
  return new URL(found.endsWith("/") ? found : `${found}/`);
}

async function configured(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const key of ["global.index-url", "install.index-url"]) {
    const value = await output(["-m", "pip", "config", "get", key], env);
    if (value !== undefined) return value;
  }
  return undefined;
}

async function builtIn(env: NodeJS.ProcessEnv, root: string): Promise<string | undefined> {
  const own = await output(["-c", DEFAULT_INDEX], env);
  if (own !== undefined) return own;
  // Debian ships pip as a wheel for new virtual environments, also where there is no pip to run.
  const folder = join(root, "usr/share/python-wheels");
  const files = existsSync(folder) ? readdirSync(folder) : [];
  for (const wheel of files.filter((name) => /^pip-.*\.whl$/.test(name))) {
    const path = join(folder, wheel);
    const value = await output(["-c", DEFAULT_INDEX], { ...env, PYTHONPATH: path });
    if (value !== undefined) return value;
  }
  return undefined;
}

async function output(args: string[], env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const { stdout } = await execute("python3", args, { env, timeout: 20_000 });
    const line = stdout.trim();
    return line === "" ? undefined : line;
  } catch {
    return undefined;
  }
}
