import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { withLock } from "../../../rehearsal/engine/lock";

describe("engine: lock", () => {
  let folder: string;
  let path: string;
  let lines: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lock-test-"));
    path = join(folder, "deeper", "lock");
    lines = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function lock(waitSeconds = 20) {
    return { path, purpose: "a test", waitSeconds, log: (line: string) => void lines.push(line) };
  }

  async function deadPid(): Promise<number> {
    const child = spawn("true");
    await new Promise((resolve) => child.once("close", resolve));
    return child.pid ?? 0;
  }

  it("lets one in at a time, tells the other whom it waits for, leaves no file", async () => {
    let inside = 0;
    let most = 0;
    const order: number[] = [];
    const work = (id: number) => async () => {
      inside += 1;
      most = Math.max(most, inside);
      await sleep(60);
      inside -= 1;
      order.push(id);
    };
    await Promise.all([1, 2, 3].map((id) => withLock(lock(), work(id))));
    assert.equal(most, 1);
    assert.deepEqual([...order].sort(), [1, 2, 3]);
    assert.equal(lines[0], `waiting for process ${process.pid}: a test`);
    assert.deepEqual(readdirSync(join(folder, "deeper")), []);
  });

  it("keeps other processes out, through hand-overs and a death inside", async function () {
    this.timeout(60_000);
    const script = `
      const fs = require("node:fs");
      const { withLock } = require(process.argv[1]);
      const [path, marker, id] = process.argv.slice(2);
      const lock = { path, purpose: "a test", waitSeconds: 30, log: () => undefined };
      (async () => {
        for (let round = 0; round < 6; round += 1) {
          await withLock(lock, async () => {
            if (id === "0" && round === 3) process.kill(process.pid, "SIGKILL");
            fs.mkdirSync(marker); // throws while another one is inside
            await new Promise((resolve) => setTimeout(resolve, 5));
            fs.rmdirSync(marker);
          });
        }
      })();`;
    const module = join(__dirname, "../../../rehearsal/engine/lock.js");
    const ends = ["0", "1", "2"].map((id) => {
      const args = ["-e", script, module, path, join(folder, "marker"), id];
      const child = spawn(process.execPath, args, { stdio: "inherit" });
      return new Promise((resolve) =>
        child.once("close", (code, signal) => resolve(signal ?? code)),
      );
    });
    assert.deepEqual(await Promise.all(ends), ["SIGKILL", 0, 0]);
  });

  it("gives what the work gives and is free after a failure", async () => {
    assert.equal(await withLock(lock(), () => Promise.resolve(7)), 7);
    const failing = withLock(lock(), () => Promise.reject(new Error("no")));
    await assert.rejects(failing, /^Error: no$/);
    assert.equal(existsSync(path), false);
  });

  it("takes over from the dead: gone, reused pid, unreadable", async () => {
    await withLock(lock(), () => Promise.resolve());
    const stale = [
      JSON.stringify({ pid: await deadPid(), started: "" }),
      JSON.stringify({ pid: process.pid, started: "1" }),
      "",
      "{}",
    ];
    for (const text of stale) {
      writeFileSync(path, text);
      assert.equal(await withLock(lock(), () => Promise.resolve("mine")), "mine", text);
    }
    assert.deepEqual(lines, []);
  });

  it("gives up on a living owner after the wait, by name, and leaves its lock", async () => {
    await withLock(lock(), async () => {
      const second = withLock(lock(0.3), () => Promise.resolve());
      await assert.rejects(second, new RegExp(`^Error: process ${process.pid} has held ${path} `));
      assert.equal(existsSync(path), true);
    });
  });
});
