import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";

import { lastLines, runCommand } from "../../../rehearsal/engine/process";

const env = process.env;

describe("engine: commands", () => {
  it("give code, both streams, lines, and get their input", async () => {
    const lines: string[] = [];
    const finished = await runCommand({
      command: "sh",
      args: ["-c", "cat; echo err >&2; printf tail; exit 3"],
      env,
      input: "in\n",
      limitSeconds: 10,
      onLine: (line) => lines.push(line),
    });
    const { code, stdout, stderr, ended } = finished;
    const expected = { code: 3, stdout: "in\ntail", stderr: "err\n", ended: undefined };
    assert.deepEqual({ code, stdout, stderr, ended }, expected);
    assert.deepEqual([...lines].sort(), ["err", "in", "tail"]);
    assert.equal(lastLines(finished, 2), "tail\nerr");
  });

  it("are ended at the limit with their children", async () => {
    const finished = await runCommand({
      command: "sh",
      args: ["-c", "sleep 60 & echo $!; wait"],
      env,
      limitSeconds: 0.5,
    });
    assert.equal(finished.ended, "limit");
    assert.equal(finished.code, null);
    assert.ok(finished.seconds < 5, `took ${finished.seconds} s`);
    // Where nobody reaps orphans, a dead one stays listed as a zombie.
    const state = spawnSync("ps", ["-o", "stat=", "-p", finished.stdout.trim()]).stdout.toString();
    assert.match(state, /^(Z|$)/);
  });

  it("are killed when they ignore the polite signal", async () => {
    const finished = await runCommand({
      command: "sh",
      args: ["-c", "trap '' TERM; while :; do sleep 0.1; done"],
      env,
      limitSeconds: 0.3,
      graceSeconds: 0.3,
    });
    assert.equal(finished.ended, "limit");
    assert.ok(finished.seconds < 5, `took ${finished.seconds} s`);
  });

  it("behind a door get their signals through it; SIGKILL goes to the door as well", async () => {
    const sent: string[] = [];
    const finished = await runCommand({
      command: "sleep",
      args: ["60"],
      env,
      limitSeconds: 0.2,
      graceSeconds: 0.2,
      politely: "SIGINT",
      send: (signal) => sent.push(signal),
    });
    assert.deepEqual(sent, ["SIGINT", "SIGKILL"]);
    assert.ok(finished.seconds < 5, `took ${finished.seconds} s`);
  });

  it("end on abort, also on one that came before", async () => {
    const command = { command: "sleep", args: ["60"], env, limitSeconds: 30 };
    const late = new AbortController();
    setTimeout(() => late.abort(), 100);
    assert.equal((await runCommand({ ...command, signal: late.signal })).ended, "aborted");
    assert.equal((await runCommand({ ...command, signal: AbortSignal.abort() })).ended, "aborted");
  });

  it("that do not exist are refused", async () => {
    const absent = { command: "no-such-command-here", args: [], env, limitSeconds: 5 };
    await assert.rejects(runCommand(absent), /ENOENT/);
  });
});
