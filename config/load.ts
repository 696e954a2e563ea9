import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { LOCK_FILE, readLock } from "./compatibility";
import { decode, type RawConfig } from "./decode";
import { ConfigError } from "./fault";
import { NAMESPACE, secretKeys } from "./keys";
import type { Config, Secrets } from "./model";
import { projectRoot } from "./root";

/**
 * The configuration of the stack that Pulumi runs this program for; secrets stay secret outputs. The
 * only reader of Pulumi's configuration in the program.
 *
 * @throws {ConfigError} with all faults at once.
 */
export function loadConfig(): Config<pulumi.Output<string>> {
  const lock = readLock(readFileSync(join(projectRoot, LOCK_FILE), "utf8"));
  const decoded = decode(readRawConfig(), lock);
  if (!decoded.ok) throw new ConfigError(decoded.faults);
  return { ...decoded.config, secrets: wrap(decoded.config.secrets) };
}

/**
 * Whether this very run deletes the data: said by `npm run destroy -- STACK --delete-data` in the
 * environment of one run and not as configuration, which would stay set.
 */
export function deletesData(env: NodeJS.ProcessEnv = process.env): boolean {
  return env["ANTARES_DELETE_DATA"] === "yes";
}

/** Our keys of Pulumi's configuration; those of other namespaces belong to the providers. */
export function readRawConfig(): RawConfig {
  const prefix = `${NAMESPACE}:`;
  const values = new Map<string, string>();
  const encrypted = new Set<string>();
  for (const [key, value] of Object.entries(pulumi.runtime.allConfig())) {
    if (!key.startsWith(prefix)) continue;
    const name = key.slice(prefix.length);
    values.set(name, value);
    if (isEncrypted(key)) encrypted.add(name);
  }
  return { values: Object.fromEntries(values), secretKeys: encrypted };
}

// The SDK keeps the names of encrypted keys behind a function that its type declarations leave out;
// `pulumi.Config` does not answer the question, and the environment is not set under mocks.
function isEncrypted(key: string): boolean {
  const runtime: object = pulumi.runtime;
  if (!("isConfigSecret" in runtime) || typeof runtime.isConfigSecret !== "function") {
    throw new Error("@pulumi/pulumi no longer tells which configuration keys are secret");
  }
  return Reflect.apply(runtime.isConfigSecret, undefined, [key]) === true;
}

function wrap(secrets: Secrets<string>): Secrets<pulumi.Output<string>> {
  const wrapped: { -readonly [K in keyof Secrets<string>]: pulumi.Output<string> } = {};
  for (const { name } of secretKeys) {
    const clear = secrets[name];
    if (clear !== undefined) wrapped[name] = pulumi.secret(clear);
  }
  return wrapped;
}
