import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { changedCount, EventReader } from "../../../rehearsal/engine/events";
import { FileTail } from "../../../rehearsal/engine/tail";

function urn(name: string): string {
  return `urn:pulumi:s::p::command:local:Command::${name}`;
}

function event(...[kind, name, op, extra = {}]: [string, string, string, object?]): string {
  const metadata = { op, urn: urn(name), type: "command:local:Command" };
  return JSON.stringify({ sequence: 1, timestamp: 5, [kind]: { metadata, ...extra } });
}

describe("engine: event log", () => {
  it("times steps by arrival and tells them as they come", () => {
    const told: string[] = [];
    const reader = new EventReader((step) => told.push(`${step.name} ${String(step.end)}`));
    reader.line(event("resourcePreEvent", "a", "create"), 1000);
    reader.line(event("resourcePreEvent", "b", "update"), 1100);
    reader.line(event("resOutputsEvent", "a", "create"), 2500);
    reader.line(event("resOpFailedEvent", "b", "update"), 2600);
    assert.deepEqual(told, ["a undefined", "b undefined", "a 2500", "b 2600"]);
    const type = "command:local:Command";
    assert.deepEqual(reader.result().steps, [
      { urn: urn("a"), type, name: "a", op: "create", start: 1000, end: 2500, failed: false },
      { urn: urn("b"), type, name: "b", op: "update", start: 1100, end: 2600, failed: true },
    ]);
    assert.equal(reader.complete, false);
  });

  it("takes the engine's totals, a replacement counted once", () => {
    const reader = new EventReader();
    const resourceChanges = {
      ...{ create: 2, import: 1, update: 3, delete: 4, same: 5, read: 1, refresh: 2 },
      ...{ replace: 6, "create-replacement": 6, "delete-replaced": 6 },
    };
    reader.line(JSON.stringify({ summaryEvent: { resourceChanges } }), 1);
    const { changes } = reader.result();
    assert.deepEqual(changes, { create: 3, update: 3, replace: 6, delete: 4, same: 8 });
    assert.equal(reader.complete, true);
  });

  it("calls changed what did not stay the same", () => {
    const changes = { create: 1, update: 20, replace: 300, delete: 4000, same: 50000 };
    assert.equal(changedCount(changes), 4321);
  });

  it("counts what was finished where the engine told no totals", () => {
    const reader = new EventReader();
    for (const name of ["a", "b", "c"]) reader.line(event("resourcePreEvent", name, "create"), 1);
    reader.line(event("resOutputsEvent", "a", "create"), 2);
    reader.line(event("resOpFailedEvent", "b", "create"), 2);
    const { changes } = reader.result();
    assert.deepEqual(changes, { create: 1, update: 0, replace: 0, delete: 0, same: 0 });
  });

  it("forgets the preview that `up` tells first, and ignores planned steps", () => {
    const reader = new EventReader();
    reader.line(event("resourcePreEvent", "a", "create", { planning: true }), 1);
    reader.line(event("resOutputsEvent", "a", "create", { planning: true }), 1);
    assert.deepEqual(reader.result().steps, []);
    const urnOf = { urn: urn("a"), severity: "error", message: "in the preview" };
    reader.line(JSON.stringify({ diagnosticEvent: urnOf }), 1);
    reader.line(JSON.stringify({ summaryEvent: { resourceChanges: { create: 9 } } }), 1);
    reader.line(JSON.stringify({ preludeEvent: { config: {} } }), 2);
    assert.equal(reader.complete, false);
    assert.deepEqual(reader.result().errors, []);
    assert.equal(reader.result().changes.create, 0);
  });

  it("keeps errors only, with their resource, and passes over cut lines", () => {
    const reader = new EventReader();
    const diagnostics = [
      { severity: "warning", message: "w" },
      { severity: "error", message: "  broken\n", urn: urn("a") },
      { severity: "error", message: "whole" },
    ];
    for (const diagnosticEvent of diagnostics) reader.line(JSON.stringify({ diagnosticEvent }), 1);
    for (const cut of ['cut"}', "[]", "null", "{}"]) reader.line(cut, 1);
    assert.deepEqual(reader.result().errors, [
      { urn: urn("a"), message: "broken" },
      { urn: "", message: "whole" },
    ]);
  });
});

describe("engine: following a file", () => {
  it("sees lines whole, once, also after a truncation", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tail-test-"));
    const path = join(folder, "log");
    const lines: string[] = [];
    const tail = new FileTail(path, (line) => lines.push(line));
    try {
      await sleep(120);
      writeFileSync(path, "one\ntwo ä");
      await sleep(120);
      assert.deepEqual(lines, ["one"]);
      appendFileSync(path, "ö\n");
      await sleep(120);
      truncateSync(path);
      appendFileSync(path, "new\n");
      await sleep(120);
      appendFileSync(path, "last\ncut");
    } finally {
      tail.stop();
      rmSync(folder, { recursive: true, force: true });
    }
    assert.deepEqual(lines, ["one", "two äö", "new", "last"]);
  });
});
