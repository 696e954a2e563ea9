import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LOCK_FILE, readLock, type LockVersions } from "../../../config/compatibility";
import { decode, type RawConfig } from "../../../config/decode";
import { describeFault } from "../../../config/fault";
import type { Config } from "../../../config/model";
import { projectRoot } from "../../../config/root";

export const COMMIT = "0123456789abcdef0123456789abcdef01234567";
export const SOURCE = `git+https://git.example.org/antares3.git@${COMMIT}`;

/** An OpenSSH private key in form only. */
export const PRIVATE_KEY = [
  "-----BEGIN OPENSSH PRIVATE KEY-----",
  Buffer.from("openssh-key-v1\0\0\0\0\u0004none\0\0\0\u0004none", "latin1").toString("base64"),
  "-----END OPENSSH PRIVATE KEY-----",
  "",
].join("\n");

/** The lock of the project itself. */
export const lock: LockVersions = readLock(readFileSync(join(projectRoot, LOCK_FILE), "utf8"));

/** Properties by subject, `undefined` for none; what is given as text is handed over as it is. */
export type Given = Readonly<Record<string, unknown>>;

/** Raw configuration of a stack that sets its source and these subjects; `secrets` are encrypted. */
export function raw(given: Given = {}, secrets: Readonly<Record<string, string>> = {}): RawConfig {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries({ software: {}, ...given })) {
    const full = name === "software" ? withSource(value) : value;
    if (full !== undefined) values[name] = typeof full === "string" ? full : JSON.stringify(full);
  }
  return { values: { ...values, ...secrets }, secretKeys: new Set(Object.keys(secrets)) };
}

function withSource(software: unknown): unknown {
  return typeof software === "object" && software !== null
    ? { source: SOURCE, ...software }
    : software;
}

/** The decoded configuration; fails with its faults where there are any. */
export function decoded(
  given: Given = {},
  secrets: Readonly<Record<string, string>> = {},
): Config<string> {
  const result = decode(raw(given, secrets), lock);
  assert.ok(result.ok, result.ok ? "" : result.faults.map(describeFault).join("\n"));
  return result.config;
}

/** The faults of a configuration, each as its line. */
export function faults(given: Given, secrets: Readonly<Record<string, string>> = {}): string[] {
  return faultsOf(raw(given, secrets));
}

/** The faults of a raw configuration, each as its line; none where it is right. */
export function faultsOf(given: RawConfig): string[] {
  const result = decode(given, lock);
  return result.ok ? [] : result.faults.map(describeFault);
}

export const HOST_KEYS = { sshPrivateKey: PRIVATE_KEY };
export const MASTER = { name: "master", role: "master", address: "192.0.2.10" };
export const NODE = { name: "node1", address: "192.0.2.11" };
export const SHARE = { kind: "path" };

/** A cluster with these hosts; `given` adds other subjects. */
export const cluster = (hosts: readonly unknown[], given: Given = {}): Given => ({
  target: "hosts",
  hosts,
  share: SHARE,
  ...given,
});

/** The least that the target `aws` needs. */
export const AWS = {
  target: "aws",
  network: { region: "eu-central-1", sshFrom: ["203.0.113.0/24"] },
} as const;

/** The same; `given` adds other subjects, or takes their place. */
export const aws = (given: Given = {}): Given => ({ ...AWS, ...given });
