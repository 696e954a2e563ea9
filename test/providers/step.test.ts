import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { projectRoot } from "../../config/root";
import { STEP_TARGET, type SshTarget } from "../../providers/ssh/target";
import { startSshd, type SshdFixture } from "../fixtures/sshd";

interface Done {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface StepCall {
  readonly target: SshTarget;
  readonly script: string;
}

/** Runs the program as the command plugin does. */
async function runStep({ target, script }: StepCall): Promise<Done> {
  const program = join(projectRoot, "dist", "providers", "ssh", "step.js");
  const child = spawn(process.execPath, [program, "bash", "--norc", "-s"], {
    env: { ...process.env, [STEP_TARGET]: JSON.stringify(target) },
  });
  child.stdin.end(script);
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, stdout, stderr };
}

describe("a step behind a jump host", function () {
  this.timeout(120_000);
  let jump: SshdFixture;
  let node: SshdFixture;
  before(async () => {
    jump = await startSshd();
    node = await startSshd();
  });
  after(async () => {
    await jump.stop();
    await node.stop();
  });

  const at = ({ port, user, privateKey, hostKey }: SshdFixture) => ({
    host: "127.0.0.1",
    ...{ port, user, privateKey, hostKey },
  });
  const call = (change: Partial<StepCall> = {}): StepCall => ({
    target: { ...at(node), proxy: at(jump) },
    script: "true",
    ...change,
  });

  it("passes on output, errors and exit code", async () => {
    const script = "echo result; echo trouble >&2; exit 7\n";
    assert.deepEqual(await runStep(call({ script })), {
      ...{ code: 7, stdout: "result\n", stderr: "trouble\n" },
    });
    assert.equal((await runStep(call({ script: "exit 0" }))).code, 0);
    assert.equal((await runStep(call({ script: "kill -KILL $$" }))).code, 1);
  });

  it("takes a script that is larger than any pipe", async () => {
    const script = `: '${"x".repeat(1_000_000)}'\necho end\n`;
    assert.equal((await runStep(call({ script }))).stdout, "end\n");
  });

  it("refuses another key of either host, and tells no secret", async () => {
    for (const target of [
      { ...at(node), hostKey: jump.hostKey, proxy: at(jump) },
      { ...at(node), proxy: { ...at(jump), hostKey: node.hostKey } },
    ]) {
      const done = await runStep(call({ target, script: "touch /tmp/never" }));
      assert.equal(done.code, 255);
      assert.match(done.stderr, /presents host key ssh-ed25519 SHA256:/);
      assert.ok(!done.stderr.includes("PRIVATE KEY"));
    }
  });

  it("ends within a minute where the host dies while the command runs", async () => {
    const running = runStep(call({ script: "exec sleep 600\n" }));
    const tree = await sessionOf(node);
    // As a host without power: it answers nothing, and nothing tells that it never will.
    for (const pid of tree) process.kill(pid, "SIGSTOP");
    const begun = Date.now();
    try {
      const done = await running;
      assert.equal(done.code, 255);
      const through = `127.0.0.1:${node.port} (through 127.0.0.1)`;
      assert.equal(done.stderr, `cannot reach ${through} by SSH: Keepalive timeout\n`);
      const waited = Date.now() - begun;
      assert.ok(waited > 15_000 && waited < 60_000, `${waited} ms`);
    } finally {
      for (const pid of tree) process.kill(pid, "SIGCONT");
    }
  });
});

/** The server's processes, once the command runs below it. */
async function sessionOf(sshd: SshdFixture): Promise<readonly number[]> {
  for (let waited = 0; waited < 20_000; waited += 50) {
    const tree = sshd.processes();
    if (tree.some((pid) => commandOf(pid) === "sleep")) return tree;
    await sleep(50);
  }
  throw new Error("no session was opened");
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return ""; // it has ended
  }
}
