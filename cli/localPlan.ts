import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { LOCK_FILE, readLock } from "../config/compatibility";
import { decode, type RawConfig } from "../config/decode";
import { ConfigError } from "../config/fault";
import type { Config } from "../config/model";
import { isObject } from "./json";
import { UserError } from "./userError";

/** Stands for a secret that stays encrypted; what is in it is the program's to judge. */
const encryptedValue = "encrypted";

/**
 * The configuration of a stack as its file in the project's folder has it, before anything is made.
 *
 * @throws {UserError} with all faults at once.
 */
export function readStackFile(stack: string, project: string): Config<string> {
  const file = `Pulumi.${stack}.yaml`;
  const lock = readLock(readFileSync(join(project, LOCK_FILE), "utf8"));
  const raw = rawConfig(readFileSync(join(project, file), "utf8"));
  const decoded = decode(raw, lock);
  if (decoded.ok) return decoded.config;
  const secret = new Set([...raw.secretKeys].map((key) => `antares:${key}`));
  const faults = decoded.faults.filter(({ path }) => !secret.has(path));
  if (faults.length > 0) {
    const next = `correct ${file}, then: npm run local`;
    throw new UserError(new ConfigError(faults).message, next);
  }
  throw new UserError(
    `the secrets of ${file} need the engine to be read`,
    `npm run up -- ${stack}`,
  );
}

/** A stack file's text as Pulumi would hand it over, with a place-holder for every secret. */
export function rawConfig(text: string): RawConfig {
  const document: unknown = parse(text);
  const config = isObject(document) && isObject(document["config"]) ? document["config"] : {};
  const own = Object.entries(config).filter(([key]) => key.startsWith("antares:"));
  const named = own.map(([key, value]) => [key.slice("antares:".length), value] as const);
  const isSecret = (value: unknown): boolean => isObject(value) && "secure" in value;
  return {
    secretKeys: new Set(named.filter(([, value]) => isSecret(value)).map(([key]) => key)),
    values: Object.fromEntries(
      named.map(([key, value]) => [key, isSecret(value) ? encryptedValue : asText(value)]),
    ),
  };
}

const asText = (value: unknown): string =>
  typeof value === "string" ? value : (JSON.stringify(value) ?? "");

/** In one line, what `npm run local` does to this machine. */
export function describeChanges(config: Config<string>): string {
  const { server } = config.database;
  const packages = server.kind === "local" ? "PostgreSQL, PostGIS, GDAL, Python" : "GDAL, Python";
  const database =
    server.kind === "existing"
      ? `database "${config.database.name}" on ${server.host}:${server.port}`
      : `a PostgreSQL cluster "antares" on port ${server.port}`;
  const { user, uid, home } = config.service;
  return (
    `this changes THIS machine: Debian packages (${packages}), ${database}, ` +
    `user "${user}" (uid ${uid}, ${home}), files in ${config.share.path}, /opt/antares, ` +
    `/var/lib/antares, /var/log/antares and /etc/profile.d/antares3.sh`
  );
}

/** Whether this is the machine for it: what is missing, all at once. */
export function machineFaults({ isRoot, isDebian12 }: Machine): readonly string[] {
  return [
    ...(isRoot ? [] : ["root rights (it installs packages and makes a user)"]),
    ...(isDebian12 ? [] : ["Debian 12 (bookworm)"]),
  ];
}

export interface Machine {
  readonly isRoot: boolean;
  readonly isDebian12: boolean;
}

/** This machine, by its own os-release. */
export function thisMachine(): Machine {
  const file = "/etc/os-release";
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return {
    isRoot: process.geteuid?.() === 0,
    isDebian12: /^ID="?debian"?$/m.test(text) && /^VERSION_ID="?12"?$/m.test(text),
  };
}
