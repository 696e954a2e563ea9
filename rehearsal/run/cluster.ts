import { readFileSync, writeFileSync } from "node:fs";
import { parseDocument } from "yaml";
import type { ThrowAwayHost } from "../hosts/host";
import { fqdnOf, SHARE_SERVER } from "../hosts/network";
import type { PlannedHost } from "./configuration";

const DEFAULT_NODES = 3;

/** A master, and nodes that are called by their number. */
export function plannedCluster(nodes: number = DEFAULT_NODES): readonly PlannedHost[] {
  const names = Array.from({ length: nodes }, (_, i) => `node-${i + 1}`);
  return [
    { name: "master", role: "master" },
    ...names.map((name): PlannedHost => ({ name, role: "node" })),
  ];
}

/**
 * A stack's configuration with the rehearsal's own hosts and share: the operator's machines are not
 * a rehearsal's to touch. Hosts are called by name, because addresses differ from run to run and
 * would be changes.
 */
export function forCluster(text: string, hosts: readonly PlannedHost[]): string {
  const document = parseDocument(text);
  const list = hosts.map(({ name, role }) => ({ name, role, address: fqdnOf(name) }));
  document.setIn(["config", "antares:hosts"], document.createNode(list));
  for (const [key, value] of Object.entries({ kind: "nfs", server: SHARE_SERVER, export: "/" })) {
    document.setIn(["config", "antares:share", key], value);
  }
  return document.toString();
}

/** Pins the keys of hosts that stand now. */
export function pinHostKeys(configFile: string, hosts: readonly ThrowAwayHost[]): void {
  const document = parseDocument(readFileSync(configFile, "utf8"));
  hosts.forEach(({ hostKey }, index) =>
    document.setIn(["config", "antares:hosts", index, "hostKey"], hostKey),
  );
  writeFileSync(configFile, document.toString(), { mode: 0o600 });
}
