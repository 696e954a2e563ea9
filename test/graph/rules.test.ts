import assert from "node:assert/strict";
import { change, type Change, input, option } from "./change";
import { type StackConfig, variants } from "./configuration";
import { find } from "./find";
import { UNKNOWN } from "./golden";
import { type Graph, runProgram } from "./harness";
import { faults, rules } from "./rules";
import { noSecretInClear, secretsOf } from "./secrets";

const runs = Object.entries(variants).flatMap(([name, config]) =>
  [true, false].map((preview) => ({
    title: `${name} in ${preview ? "preview" : "up"}`,
    config,
    preview,
  })),
);

const judged = (config: StackConfig, graph: Graph): string[] =>
  faults(graph, [...rules, noSecretInClear(secretsOf(config, graph))]);

describe("the rules of the graph", () => {
  for (const { title, config, preview } of runs) {
    it(`are kept by ${title}`, async () => {
      assert.deepEqual(judged(config, await runProgram({ config, preview })), []);
    });
  }
});

/** A change to one resource, and the faults that it must make. */
const broken: readonly [string, string, Change, string[]][] = [
  ["no parent", "bootstrap-share", () => ({ parent: undefined }), ["every resource has a parent"]],
  [
    "another's name",
    "machine-digest-key",
    () => ({ name: "digest-key" }),
    ["every resource has a"],
  ],
  [
    "a name twice",
    "bootstrap-share",
    () => ({ name: "bootstrap" }),
    ["no two resources", "the steps of the master", "every resource has a parent"],
  ],
  ["no outputs", "bootstrap-database", () => ({ outputs: undefined }), ["every component"]],
  ["logging", "bootstrap-antares", input("logging", "stdout"), ["a step has the fixed command"]],
  [
    "previous output",
    "bootstrap-antares",
    input("addPreviousOutputInEnv", true),
    ["a step has the"],
  ],
  ["a delete", "bootstrap-antares", input("delete", "rm"), ["a step has the fixed command"]],
  ["an update", "bootstrap-antares", input("update", "true"), ["a step has the fixed command"]],
  [
    "an environment",
    "bootstrap-antares",
    input("environment", {}),
    ["a step has the fixed command"],
  ],
  [
    "a script in create",
    "bootstrap-share",
    input("create", "mkdir x"),
    ["a step has the", "a step is"],
  ],
  [
    "sudo where nobody needs it",
    "bootstrap-share",
    input("create", "sudo -n timeout -k 30 15m bash --norc -s"),
    ["a step has root's rights"],
  ],
  ["two triggers", "bootstrap-share", input("triggers", ["a", "b"]), ["a step has three triggers"]],
  [
    "another limit",
    "bootstrap-share",
    option("customTimeouts", { create: "5m" }),
    ["a step is ended"],
  ],
  [
    "connection that is unknown as a whole",
    "bootstrap-share",
    input("connection", UNKNOWN),
    ["a connection pins"],
  ],
  ["no look at the host", "bootstrap-share", option("hooks", {}), ["what the plugin dials"]],
  [
    "an extra extension",
    "bootstrap-database-extension-postgis",
    input("dropCascade", "true"),
    ["an extension is"],
  ],
  [
    "a dropped extension",
    "bootstrap-database-extension-postgis",
    option("retainOnDelete", undefined),
    ["an extension is", "what holds data"],
  ],
  [
    "an extension that stays",
    "bootstrap-database-extension-postgis",
    option("replaceWith", []),
    ["an extension is"],
  ],
  [
    "the default provider",
    "bootstrap-database-extension-postgis",
    () => ({ provider: undefined }),
    ["an extension is"],
  ],
  ["a superuser", "bootstrap-database-server", input("superuser", "true"), ["the database plugin"]],
  [
    "the default time-out",
    "bootstrap-database-server",
    input("connectTimeout", undefined),
    ["the database plugin"],
  ],
  [
    "a password in clear",
    "bootstrap-database-server",
    input("password", "x"),
    ["the database plugin"],
  ],
  [
    "a dropped database",
    "bootstrap-database-database",
    option("retainOnDelete", false),
    ["what holds data"],
  ],
  [
    "a watch beside its step",
    "bootstrap-antares-state",
    () => ({ dependencies: [] }),
    ["a watch looks"],
  ],
  ["captured code", "machine-digest-key", input("__provider", "() => 1"), ["our own providers"]],
  [
    "a missing resource",
    "machine-digest-key",
    () => ({ dependencies: ["urn:x::y"] }),
    ["no resource waits"],
  ],
  [
    "a broken chain",
    "bootstrap-antares",
    () => ({ dependencies: [] }),
    ["the steps of the master"],
  ],
  [
    "a database server on no host",
    "machine-database-server",
    () => ({ dependencies: [] }),
    ["the database server waits"],
  ],
  [
    "a database without its server",
    "bootstrap-database-database",
    () => ({ dependencies: [] }),
    ["the database server waits"],
  ],
  [
    "a join without a recipe",
    "bootstrap-join-master",
    () => ({ dependencies: [] }),
    ["the steps of", "each node joins", "each node joins"],
  ],
];

describe("each rule of the graph", () => {
  let graph: Graph = { resources: [], listeners: [] };
  before(async () => {
    graph = await runProgram({ config: variants["local-ssh"], preview: false });
  });

  for (const [title, name, by, expected] of broken) {
    it(`finds ${title}`, () => {
      const found = faults(change(graph, name, by)).map((fault) => fault.split(": ")[0] ?? "");
      const matched = found.filter((fault, i) => fault.startsWith(expected[i] ?? "?"));
      assert.deepEqual([matched, found.length], [found, expected.length]);
    });
  }

  for (const [loose, name] of [
    [{ hostKey: "" }, "a host key that is not pinned"],
    [{ privateKey: "in clear" }, "a private key in clear"],
  ] as const) {
    it(`finds ${name}`, () => {
      const { connection } = find(graph, "bootstrap-share").inputs;
      assert.ok(typeof connection === "object" && connection !== null);
      const changed = input("connection", { ...connection, ...loose });
      assert.deepEqual(faults(change(graph, "bootstrap-share", changed)), [
        "a connection pins the host key, and only what is not known yet is unknown in it: bootstrap-share",
      ]);
    });
  }

  it("finds a circle", () => {
    const last = find(graph, "bootstrap-acceptance").urn;
    const changed = change(graph, "bootstrap-share", ({ dependencies }) => ({
      dependencies: [...dependencies, last],
    }));
    const circle = faults(changed).filter((fault) => fault.startsWith("no resource waits"));
    assert.ok(
      circle.includes("no resource waits for itself or for one that is not there: bootstrap-share"),
    );
  });

  it("finds a phase that waits for the database server", () => {
    const server = find(graph, "machine-database-server").urn;
    const changed = change(graph, "bootstrap-settings", ({ dependencies }) => ({
      dependencies: [...dependencies, server],
    }));
    assert.deepEqual(faults(changed), [
      "the database server waits for its host only, and only the database waits for it: bootstrap-settings",
    ]);
  });

  it("finds steps in another order", () => {
    const resources = [...graph.resources].reverse();
    assert.match(faults({ ...graph, resources }).join(), /the steps of the master .*: steps: /);
  });

  it("finds a port that is open to others or keeps the program alive", () => {
    const at = (host: string, keepsAlive: boolean): Graph => {
      return { ...graph, listeners: [{ port: 1, host, keepsAlive }] };
    };
    const [fault] = faults(at("0.0.0.0", false));
    assert.match(fault ?? "", /^the program listens on the loopback only/);
    assert.equal(faults(at("127.0.0.1", true)).length, 1);
    assert.deepEqual(faults(at("127.0.0.1", false)), []);
  });
});
