import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as sdk from "@pulumi/pulumi/runtime/resource";
import { meeting } from "../../components/host/meeting";
import { fingerprint } from "../../providers/ssh/errors";
import { freePort } from "../fixtures/processes";
import { startSshd, type SshdFixture } from "../fixtures/sshd";

// Made at first use; made here, it is no leak of one of the tests.
pulumi.runtime.isDryRun();

describe("what is dialled before a step", function () {
  this.timeout(60_000);
  const { registerResourceHook } = sdk;
  let sshd: SshdFixture;
  let other: SshdFixture;
  before(async () => {
    // The SDK would listen for an engine that calls the hooks.
    Object.assign(sdk, { registerResourceHook: () => Promise.resolve() });
    [sshd, other] = [await startSshd(), await startSshd()];
  });
  after(async () => {
    Object.assign(sdk, { registerResourceHook });
    await sshd.stop();
    await other.stop();
  });

  const hook = (change: { readonly port?: number; readonly hostKey?: string } = {}) => {
    const { port, user, privateKey, hostKey } = { ...sshd, ...change };
    const access = { kind: "ssh", address: "127.0.0.1", port, user, privateKey, hostKey } as const;
    return meeting({ name: "node-1", access, waitSeconds: 3 });
  };
  const call = ({ callback }: pulumi.ResourceHook): void | Promise<void> =>
    callback({ urn: "urn", id: "id", name: "step", type: "command:remote:Command" });

  it("dials when it is called, and once for all steps of a run", async () => {
    const before = sshd.connections();
    const met = hook();
    assert.equal(met.name, "host node-1");
    assert.equal(met.opts?.onDryRun ?? false, false);
    assert.equal(sshd.connections(), before);
    await Promise.all([call(met), call(met)]);
    await call(met);
    assert.equal(sshd.connections(), before + 1);
  });

  it("refuses another key at once, with what to do", async () => {
    const begun = Date.now();
    await assert.rejects(async () => call(hook({ hostKey: other.hostKey })), {
      message:
        `127.0.0.1:${sshd.port} presents host key ${fingerprint(sshd.hostKey)} where ` +
        `${fingerprint(other.hostKey)} is pinned: either the host was installed anew, or another ` +
        "machine answers in its place. Compare on a network you trust (ssh-keyscan -p " +
        `${sshd.port} 127.0.0.1); if the host is really new, set its hostKey in the ` +
        `configuration to "${sshd.hostKey}"`,
    });
    assert.ok(Date.now() - begun < 3000);
  });

  it("waits for a host that does not answer as long as it was told", async () => {
    const port = await freePort();
    const begun = Date.now();
    await assert.rejects(async () => call(hook({ port })), {
      message: `cannot reach 127.0.0.1:${port} by SSH: connect ECONNREFUSED 127.0.0.1:${port}`,
    });
    const waited = Date.now() - begun;
    assert.ok(waited >= 3000 && waited < 9000, `${waited} ms`);
  });
});
