import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import type { ThrowAwayHost } from "../../../rehearsal/hosts/host";
import type { RehearsalOptions } from "../../../rehearsal/run/arguments";
import { forCluster, pinHostKeys, plannedCluster } from "../../../rehearsal/run/cluster";
import { copyConfiguration, type Plan } from "../../../rehearsal/run/configuration";
import type { Session } from "../../../rehearsal/run/session";
import { insideMaster, toCluster } from "../../../rehearsal/run/way";

const STACK = `encryptionsalt: v1:abc
config:
  # A person's own machines.
  antares:target: hosts
  antares:hosts:
    - { name: head, role: master, address: 192.0.2.10, jump: gate }
    - { name: gate, role: jump, address: 192.0.2.1 }
  antares:share:
    path: /srv/shared
    kind: exported
  antares:dask:
    slots: 2
`;

const folder = mkdtempSync(join(tmpdir(), "antares-cluster-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const configOf = (text: string): unknown => {
  const document: unknown = parse(text);
  assert.ok(typeof document === "object" && document !== null && "config" in document);
  return document.config;
};

describe("the configuration of a rehearsed cluster", () => {
  it("names the rehearsal's own hosts and share, and keeps the rest", () => {
    assert.deepEqual(configOf(forCluster(STACK, plannedCluster(2))), {
      "antares:target": "hosts",
      "antares:hosts": [
        { name: "master", role: "master", address: "master.antares.test" },
        { name: "node-1", role: "node", address: "node-1.antares.test" },
        { name: "node-2", role: "node", address: "node-2.antares.test" },
      ],
      "antares:share": {
        path: "/srv/shared",
        kind: "nfs",
        server: "share.antares.test",
        export: "/",
      },
      "antares:dask": { slots: 2 },
    });
  });

  it("has a share where the stack names none", () => {
    const config = configOf(forCluster("config:\n  antares:target: hosts\n", plannedCluster(1)));
    assert.deepEqual(Reflect.get(Object(config), "antares:share"), {
      kind: "nfs",
      server: "share.antares.test",
      export: "/",
    });
  });

  it("has three nodes when nobody says how many", () => {
    const names = plannedCluster().map(({ name }) => name);
    assert.deepEqual(names, ["master", "node-1", "node-2", "node-3"]);
  });

  it("pins the keys of hosts that stand, beside what was set of each meanwhile", () => {
    const file = join(folder, "Pulumi.pinned.yaml");
    writeFileSync(
      file,
      forCluster(STACK, plannedCluster(1)).replace("role: node", "role: node\n      jobSlots: 4"),
    );
    const host = (key: string) => ({ hostKey: `ssh-ed25519 ${key}` }) as ThrowAwayHost;
    pinHostKeys(file, [host("A"), host("B")]);
    const config = configOf(readFileSync(file, "utf8"));
    assert.deepEqual(Reflect.get(Object(config), "antares:hosts"), [
      { name: "master", role: "master", address: "master.antares.test", hostKey: "ssh-ed25519 A" },
      {
        name: "node-1",
        role: "node",
        jobSlots: 4,
        address: "node-1.antares.test",
        hostKey: "ssh-ed25519 B",
      },
    ]);
  });
});

describe("the plan of a rehearsal", () => {
  const plan = (text: string, options: Partial<RehearsalOptions> = {}): Plan => {
    const source = join(folder, "given.yaml");
    writeFileSync(source, text);
    const session = { configFile: join(folder, "copy.yaml") } as Session;
    const all = { stack: "any", config: [], keep: false, configFile: source, ...options };
    return copyConfiguration(session, all);
  };

  it("of several hosts is a cluster that is reached from this machine", () => {
    const { hosts, master, way } = plan(STACK, { nodes: 1 });
    assert.deepEqual(hosts, [
      { name: "master", role: "master" },
      { name: "node-1", role: "node" },
    ]);
    assert.equal(master, "master");
    assert.equal(way, toCluster);
    assert.match(readFileSync(join(folder, "copy.yaml"), "utf8"), /node-1\.antares\.test/);
  });

  it("of one machine is that host, with the engine inside", () => {
    const text = "config:\n  antares:target: single\n  antares:host:\n    name: m1\n";
    const { hosts, way } = plan(text);
    assert.deepEqual(hosts, [{ name: "m1", role: "master" }]);
    assert.equal(way, insideMaster);
    assert.equal(readFileSync(join(folder, "copy.yaml"), "utf8"), text);
    assert.throws(
      () => plan(text, { nodes: 2 }),
      /^Error: --nodes: the target single is one host$/,
    );
  });
});
