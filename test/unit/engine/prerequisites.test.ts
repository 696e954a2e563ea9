import assert from "node:assert/strict";
import { findCommand } from "../../../rehearsal/findCommand";
import {
  checkPrerequisites,
  type Machine,
  PrerequisiteError,
} from "../../../rehearsal/prerequisites";

const good: Machine = {
  uid: 0,
  osRelease: 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n',
  node: "20.9.0",
  missingForEngine: () => Promise.resolve(undefined),
};

async function errorOf(machine: Machine): Promise<PrerequisiteError> {
  const error = await checkPrerequisites(machine).then(
    () => assert.fail("was accepted"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof PrerequisiteError);
  return error;
}

describe("rehearsal: prerequisites", () => {
  it("are met by Debian 12 as root with Node 20", () => checkPrerequisites(good));

  it("are named all at once, with what gets them", async () => {
    const { missing, message } = await errorOf({
      uid: 1000,
      osRelease: 'PRETTY_NAME="Ubuntu 24.04"\nID=ubuntu\nVERSION_ID="24.04"\n',
      node: "18.20.1",
      missingForEngine: () => Promise.resolve("Go >= 1.26 is needed to build Pulumi; none"),
    });
    assert.deepEqual(missing, [
      "root: run it as root (sudo -E env PATH=$PATH …)",
      "Debian 12: here is Ubuntu 24.04",
      "Node >= 20.9: here is 18.20.1",
      "Go >= 1.26 is needed to build Pulumi; none (or put a Pulumi CLI on PATH)",
    ]);
    assert.match(message, /^This cannot run here\. Missing:\n {2}- root: /);
  });

  it("are not met by a system that does not say what it is", async () => {
    const { missing } = await errorOf({ ...good, osRelease: "" });
    assert.deepEqual(missing, ["Debian 12: here is another system"]);
  });

  it("see the commands on PATH", () => {
    assert.equal(findCommand("env", "/no-such-folder::/usr/bin"), "/usr/bin/env");
    assert.equal(findCommand("passwd", "/etc"), undefined);
    assert.equal(findCommand("no-such-command-here"), undefined);
  });
});
