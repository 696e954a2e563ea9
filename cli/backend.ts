import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parseObject, textOf } from "./json";
import { UserError } from "./userError";

/** Where state and passphrase are when the operator has configured neither. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  /** The project's folder: stack files are there. */
  readonly project: string;
}

export interface Backend {
  readonly url: string;
  /** `own`: files under the user's state directory, because nothing was configured. */
  readonly origin: "configured" | "own";
}

/** The folder of our own backend and passphrase. */
export function stateFolder(env: NodeJS.ProcessEnv): string {
  const base = env["XDG_STATE_HOME"] ?? join(env["HOME"] ?? homedir(), ".local", "state");
  return join(base, "antares3-deployment");
}

/**
 * The backend that Pulumi will use: the environment's, the one logged in to, or our own folder where
 * that exists or `create` says so. Undefined: none, and Pulumi will ask for a login.
 */
export function findBackend(
  env: NodeJS.ProcessEnv,
  { create }: { create: boolean },
): Backend | undefined {
  const url = env["PULUMI_BACKEND_URL"] ?? loggedIn(env);
  if (url !== undefined && url !== "") return { url, origin: "configured" };
  if (env["PULUMI_ACCESS_TOKEN"] !== undefined) {
    return { url: "https://api.pulumi.com", origin: "configured" };
  }
  const folder = stateFolder(env);
  if (create) mkdirSync(folder, { recursive: true, mode: 0o700 });
  return existsSync(folder) ? { url: `file://${folder}`, origin: "own" } : undefined;
}

function loggedIn(env: NodeJS.ProcessEnv): string | undefined {
  const home = env["PULUMI_HOME"] ?? join(env["HOME"] ?? homedir(), ".pulumi");
  const file = join(env["PULUMI_CREDENTIALS_PATH"] ?? home, "credentials.json");
  if (!existsSync(file)) return undefined;
  const current = textOf(parseObject(readFileSync(file, "utf8"), file)["current"]);
  return current === "" ? undefined : current;
}

/**
 * Environment for Pulumi's commands on a stack. A passphrase that is given is left alone; with
 * `create`, one is made once where the stack has none yet, in a file only its owner can read.
 */
export function stackEnvironment(
  stack: string,
  { env, project, create }: Surroundings & { create: boolean },
): NodeJS.ProcessEnv {
  const backend = findBackend(env, { create });
  if (backend === undefined) return env;
  const withBackend = { ...env, PULUMI_BACKEND_URL: backend.url };
  const given =
    env["PULUMI_CONFIG_PASSPHRASE"] !== undefined ||
    env["PULUMI_CONFIG_PASSPHRASE_FILE"] !== undefined;
  if (given || backend.url.startsWith("http")) return withBackend;
  const file = join(stateFolder(env), "passphrase");
  if (!existsSync(file) && create) createPassphrase(file, { stack, project });
  if (!existsSync(file) || (backend.origin !== "own" && stack !== "local")) return withBackend;
  assertPrivate(file);
  return { ...withBackend, PULUMI_CONFIG_PASSPHRASE_FILE: file };
}

function createPassphrase(
  file: string,
  { stack, project }: { stack: string; project: string },
): void {
  const stackFile = join(project, `Pulumi.${stack}.yaml`);
  const text = existsSync(stackFile) ? readFileSync(stackFile, "utf8") : "";
  if (/^secretsprovider:/m.test(text)) return;
  if (/^encryptionsalt:/m.test(text)) {
    throw new UserError(
      `the secrets of stack ${stack} are encrypted with a passphrase that is not at hand`,
      "export PULUMI_CONFIG_PASSPHRASE_FILE=FILE, then again",
    );
  }
  mkdirSync(join(file, ".."), { recursive: true, mode: 0o700 });
  // `wx`: two first runs at once must not each believe in a passphrase of their own.
  writeFileSync(file, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
}

function assertPrivate(file: string): void {
  if ((statSync(file).mode & 0o077) === 0) return;
  throw new UserError(`others can read the passphrase in ${file}`, `chmod 600 ${file}`);
}
