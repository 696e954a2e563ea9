import assert from "node:assert/strict";
import { hostReady } from "../../../providers/host/hostReady";

describe("a host of a parked cluster", () => {
  const inputs = { name: "node3", parked: true } as const;

  it("cannot be met for the first time, and nobody tries", async () => {
    const began = Date.now();
    // This address answers nobody: an attempt would wait for it.
    const ssh = { host: "192.0.2.1", port: 22, user: "admin", privateKey: "none" };
    await assert.rejects(hostReady.create({ ...inputs, ssh, waitSeconds: 60 }), {
      message:
        "host node3 was never reached, and the cluster is parked: set antares:power to running, " +
        "and park it when it is verified",
    });
    assert.ok(Date.now() - began < 1000);
  });
});
