import assert from "node:assert/strict";
import type { ResourceStep } from "../../../rehearsal/engine/events";
import { type Phase, phaseOf, progress, timePhases } from "../../../rehearsal/run/phases";

const COMMAND = "command:local:Command";
const DYNAMIC = "pulumi-nodejs:dynamic/antares:";

const step = (name: string, given: Partial<ResourceStep> = {}): ResourceStep => {
  const urn = `urn:pulumi:local::antares::${COMMAND}::${name}`;
  return { urn, type: COMMAND, name, op: "create", start: 0, end: 1000, failed: false, ...given };
};

const on = (name: string, host = "m1"): Phase => ({ name, host });

describe("the phase of a resource", () => {
  const table: readonly [string, string, Phase | undefined][] = [
    [COMMAND, "bootstrap-share", on("share")],
    ["command:remote:Command", "bootstrap-software", on("software")],
    [COMMAND, "bootstrap-join-node-2", on("join", "node-2")],
    [COMMAND, "machine-database-server", on("database-server")],
    ["command:remote:Command", "hosts-database-server", on("database-server")],
    [`${DYNAMIC}HostReady`, "hosts-node-2-ready", on("preflight", "node-2")],
    [`${DYNAMIC}HostReady`, "machine-node-2-ready", on("preflight", "node-2")],
    [`${DYNAMIC}ApplicationDatabase`, "bootstrap-database-database", on("database")],
    [
      "postgresql:index/extension:Extension",
      "bootstrap-database-extension-postgis",
      on("database"),
    ],
    [`${DYNAMIC}VerifiedState`, "bootstrap-antares-state", on("watch")],
    [`${DYNAMIC}GeneratedSecret`, "machine-digest-key", undefined],
    ["antares:bootstrap:ApplicationStore", "bootstrap-database", undefined],
    ["pulumi:pulumi:Stack", "antares-local", undefined],
    ["pulumi:providers:postgresql", "bootstrap-database-server", undefined],
  ];
  for (const [type, name, expected] of table) {
    it(`of ${name}`, () => assert.deepEqual(phaseOf({ type, name }, "m1"), expected));
  }
});

describe("the seconds of the phases", () => {
  it("go from the first begin to the last end, in order of beginning", () => {
    const database = { type: `${DYNAMIC}ApplicationDatabase` };
    const steps = [
      step("bootstrap-share", { start: 5000, end: 6260 }),
      step("bootstrap-database-database", { ...database, start: 1000, end: 2000 }),
      step("bootstrap-database-password", { ...database, start: 4000, end: 4940 }),
    ];
    assert.deepEqual(timePhases(steps, "m1"), [
      { name: "database", host: "m1", seconds: 3.9 },
      { name: "share", host: "m1", seconds: 1.3 },
    ]);
  });

  it("keep hosts apart, and leave out what was not done or did not end", () => {
    const steps = [
      step("bootstrap-join-a"),
      step("bootstrap-join-b", { end: 2000 }),
      step("bootstrap-share", { op: "same" }),
      step("bootstrap-recipe", { end: undefined }),
      step("antares-local", { type: "pulumi:pulumi:Stack" }),
    ];
    assert.deepEqual(timePhases(steps, "m1"), [
      { name: "join", host: "a", seconds: 1 },
      { name: "join", host: "b", seconds: 2 },
    ]);
  });
});

describe("progress", () => {
  it("has a line for the begin and the end of what takes long", () => {
    const lines: string[] = [];
    const show = progress("m1", (line) => lines.push(line));
    show(step("bootstrap-software", { end: undefined }));
    show(step("bootstrap-software", { end: 61_250 }));
    show(step("machine-m1-ready", { type: `${DYNAMIC}HostReady`, failed: true }));
    show(step("bootstrap-share", { op: "same" }));
    show(step("bootstrap-database-database", { type: `${DYNAMIC}ApplicationDatabase` }));
    assert.deepEqual(lines, [
      "  … software on m1",
      "  done software on m1 (61.3 s)",
      "  FAILED preflight on m1 (1.0 s)",
    ]);
  });
});
