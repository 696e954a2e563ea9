import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeLink } from "../../../rehearsal/hosts/link";

/** Runs `work` where `ip` fails with this message. */
async function withIp(message: string, work: () => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "fake-ip-"));
  const path = process.env["PATH"] ?? "";
  writeFileSync(join(folder, "ip"), `#!/bin/sh\necho '${message}' >&2\nexit 2\n`);
  chmodSync(join(folder, "ip"), 0o755);
  process.env["PATH"] = `${folder}:${path}`;
  try {
    await work();
  } finally {
    process.env["PATH"] = path;
    rmSync(folder, { recursive: true });
  }
}

describe("removing a host's cable", () => {
  // The kernel removes it with the host's namespace, a little later: before its name is looked up,
  // or between that and the request.
  for (const gone of ['Cannot find device "a3-0-10"', "RTNETLINK answers: No such device"]) {
    it(`is fine where it is gone: ${gone}`, () => withIp(gone, () => removeLink("a3-0-10")));
  }

  it("tells every other fault", () =>
    withIp("RTNETLINK answers: Operation not permitted", () =>
      assert.rejects(removeLink("a3-0-10"), /ip link del a3-0-10: exit code 2\n.*not permitted/),
    ));
});
