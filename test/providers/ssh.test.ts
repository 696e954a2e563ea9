import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { connectSsh, withSsh } from "../../providers/ssh/client";
import {
  fingerprint,
  HostKeyMismatch,
  SshRefused,
  SshUnreachable,
} from "../../providers/ssh/errors";
import { execOverSsh } from "../../providers/ssh/exec";
import type { SshTarget } from "../../providers/ssh/target";
import { freePort } from "../fixtures/processes";
import { useSilentPort } from "../fixtures/silentPort";
import { startSshd, type SshdFixture } from "../fixtures/sshd";

function targetOf(sshd: SshdFixture): SshTarget {
  const { port, user, privateKey } = sshd;
  return { host: "127.0.0.1", port, user, privateKey };
}

describe("SSH client on a real sshd", function () {
  this.timeout(60_000);
  let sshd: SshdFixture;
  let other: SshdFixture;
  before(async () => {
    sshd = await startSshd();
    other = await startSshd();
  });
  after(async () => {
    await sshd.stop();
    await other.stop();
  });

  it("learns the host key", async () => {
    assert.equal(await withSsh(targetOf(sshd), async ({ hostKey }) => hostKey), sshd.hostKey);
  });

  it("accepts the pinned key, with or without a comment behind it", async () => {
    for (const hostKey of [sshd.hostKey, ` ${sshd.hostKey} root@somewhere\n`]) {
      const { code } = await execOverSsh({ ...targetOf(sshd), hostKey }, "true");
      assert.equal(code, 0);
    }
  });

  it("refuses another host's key before it sends anything, and says what to do", async () => {
    const target = { ...targetOf(sshd), hostKey: other.hostKey };
    await assert.rejects(connectSsh(target), (error: unknown) => {
      assert.ok(error instanceof HostKeyMismatch);
      assert.equal(error.presented, sshd.hostKey);
      for (const part of [
        `127.0.0.1:${sshd.port} presents host key ${fingerprint(sshd.hostKey)}`,
        `where ${fingerprint(other.hostKey)} is pinned`,
        `ssh-keyscan -p ${sshd.port} 127.0.0.1`,
        `set its hostKey in the configuration to "${sshd.hostKey}"`,
      ]) {
        assert.ok(error.message.includes(part), `${part}\nis not in\n${error.message}`);
      }
      return true;
    });
  });

  it("calls a pinned key of a type that the host lacks a mismatch, too", async () => {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const jwk = publicKey.export({ format: "jwk" });
    const part = (bytes: Buffer): Buffer => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return Buffer.concat([length, bytes]);
    };
    const blob = Buffer.concat([
      part(Buffer.from("ssh-rsa")),
      part(Buffer.from(jwk.e ?? "", "base64url")),
      part(Buffer.concat([Buffer.from([0]), Buffer.from(jwk.n ?? "", "base64url")])),
    ]);
    const hostKey = `ssh-rsa ${blob.toString("base64")}`;
    await assert.rejects(connectSsh({ ...targetOf(sshd), hostKey }), HostKeyMismatch);
  });

  it("returns code and both streams, and feeds standard input", async () => {
    const script = "cat; echo err >&2; exit 7";
    const text = "a".repeat(300_000) + "\nü\n";
    const result = await execOverSsh(targetOf(sshd), script, { stdin: text });
    assert.deepEqual(result, { code: 7, stdout: text, stderr: "err\n" });
  });

  it("has no code for a command that a signal ended", async () => {
    const { code } = await execOverSsh(targetOf(sshd), "kill -KILL $$");
    assert.equal(code, undefined);
  });

  it("gives up on a command at its limit", async () => {
    await assert.rejects(execOverSsh(targetOf(sshd), "sleep 20", { timeoutMs: 300 }), {
      name: "SshUnreachable",
      message: `cannot reach 127.0.0.1:${sshd.port} by SSH: the command did not end within 0 s`,
    });
  });

  it("goes through a jump host, with its own pinned key", async () => {
    const proxy = { ...targetOf(other), hostKey: other.hostKey };
    const target = { ...targetOf(sshd), hostKey: sshd.hostKey, proxy };
    const before = other.connections();
    const { stdout } = await execOverSsh(target, "echo $SSH_CONNECTION");
    assert.equal(stdout.trim().split(" ")[3], String(sshd.port));
    assert.equal(other.connections(), before + 1);
    const wrong = { ...target, proxy: { ...proxy, hostKey: sshd.hostKey } };
    await assert.rejects(connectSsh(wrong), (error: unknown) => {
      assert.ok(error instanceof HostKeyMismatch);
      assert.ok(error.message.startsWith(`127.0.0.1:${other.port} presents`), error.message);
      return true;
    });
  });

  it("shows a jump host without a key of its own that of the host behind it", async () => {
    const { privateKey, ...proxy } = targetOf(sshd);
    const { stdout } = await execOverSsh({ ...proxy, privateKey, proxy }, "echo through");
    assert.equal(stdout, "through\n");
  });

  it("says what the jump host said of a closed port behind it", async () => {
    const port = await freePort();
    const target = { ...targetOf(sshd), port, proxy: targetOf(other) };
    await assert.rejects(connectSsh(target, { attempts: 1 }), (error: unknown) => {
      assert.ok(error instanceof SshUnreachable);
      assert.match(error.message, /through 127\.0\.0\.1\) by SSH: .*Connection refused/);
      return true;
    });
  });

  it("does not repeat a refused login; names user and host, never the key", async () => {
    const target = { ...targetOf(sshd), privateKey: other.privateKey };
    const before = sshd.connections();
    await assert.rejects(connectSsh(target), (error: unknown) => {
      assert.ok(error instanceof SshRefused);
      assert.ok(error.message.startsWith(`127.0.0.1:${sshd.port} refuses user "${sshd.user}"`));
      assert.ok(!error.message.includes(other.privateKey.split("\n")[1] ?? ""));
      return true;
    });
    assert.equal(sshd.connections(), before + 1);
    const unreadable = { ...targetOf(sshd), privateKey: "no key at all" };
    await assert.rejects(connectSsh(unreadable), SshRefused);
  });

  it("tries a closed port as often as told", async () => {
    const port = await freePort();
    const started = Date.now();
    await assert.rejects(connectSsh({ ...targetOf(sshd), port }, { attempts: 2 }), {
      name: "SshUnreachable",
      message: `cannot reach 127.0.0.1:${port} by SSH: connect ECONNREFUSED 127.0.0.1:${port}`,
    });
    assert.ok(Date.now() - started >= 1900);
  });

  describe("a port that accepts and says nothing", () => {
    const silentPort = useSilentPort();

    it("is given up at the limit", async () => {
      const port = silentPort();
      const attempt = connectSsh({ ...targetOf(sshd), port }, { attempts: 1, timeoutMs: 400 });
      await assert.rejects(attempt, {
        name: "SshUnreachable",
        message: `cannot reach 127.0.0.1:${port} by SSH: Timed out while waiting for handshake`,
      });
    });
  });
});
