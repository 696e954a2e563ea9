import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ThrowAwayHost } from "../hosts/host";
import { consoleFile } from "../hosts/machine";

/** Folders of a host, and what of them tells how things went there. */
const FOLDERS: readonly (readonly [folder: string, files: RegExp, prefix: string])[] = [
  ["var/log/antares", /./, ""],
  ["var/spool/gridengine/qmaster", /^messages$/, "qmaster-"],
];

/** Copies what a host has logged to `logs`, each file with the host's name before its own. */
export function collectLogs(host: ThrowAwayHost, logs: string): void {
  const copy = (file: string, name: string): void =>
    cpSync(file, join(logs, `${host.name}-${name}`), { recursive: true });
  const shown = consoleFile(host.network, host.name);
  if (existsSync(shown)) copy(shown, "console.log");
  if (!host.isOn()) return;
  for (const [folder, files, prefix] of FOLDERS) {
    const source = join(host.rootDir, folder);
    const found = existsSync(source) ? readdirSync(source) : [];
    for (const file of found.filter((name) => files.test(name))) {
      copy(join(source, file), `${prefix}${file}`);
    }
  }
}

/** How many SSH connections hosts have let in since they were made, by their servers' own count. */
export function countLogins(hosts: readonly ThrowAwayHost[]): number {
  return hosts
    .map(({ network, name }) => readFileSync(consoleFile(network, name), "utf8"))
    .reduce((sum, text) => sum + (text.match(/^Accepted publickey for /gm) ?? []).length, 0);
}
