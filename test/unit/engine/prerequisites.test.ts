import assert from "node:assert/strict";

import {
  checkPrerequisites,
  missingPrerequisites,
  PrerequisiteError,
  thisMachine,
  type Machine,
} from "../../../rehearsal/prerequisites";

const good: Machine = {
  uid: 0,
  osRelease: 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n',
  node: "20.9.0",
  hasCommand: () => true,
  missingForEngine: () => Promise.resolve(undefined),
};
const commands = [
  { command: "ip", debianPackage: "iproute2" },
  { command: "mmdebstrap", debianPackage: "mmdebstrap" },
  { command: "ss", debianPackage: "iproute2" },
];
const needs = { root: true, debian: true, engine: true, commands };

describe("rehearsal: prerequisites", () => {
  it("are met by Debian 12 as root with Node 20", async () => {
    assert.deepEqual(await missingPrerequisites(needs, good), []);
    await checkPrerequisites(needs, good);
  });

  it("are named all at once, with what gets them", async () => {
    const bad: Machine = {
      uid: 1000,
      osRelease: 'PRETTY_NAME="Ubuntu 24.04"\nID=ubuntu\nVERSION_ID="24.04"\n',
      node: "18.20.1",
      hasCommand: (name) => name === "mmdebstrap",
      missingForEngine: () => Promise.resolve("Go >= 1.26 is needed to build Pulumi; none"),
    };
    const error = await checkPrerequisites(needs, bad).then(
      () => assert.fail("was accepted"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof PrerequisiteError);
    assert.deepEqual(error.missing, [
      "root: run it as root (sudo -E env PATH=$PATH …)",
      "Debian 12: here is Ubuntu 24.04",
      "Node >= 20.9: here is 18.20.1",
      "Go >= 1.26 is needed to build Pulumi; none (or put a Pulumi CLI on PATH)",
      "commands ip, ss: apt-get install --yes --no-install-recommends iproute2",
    ]);
    assert.match(error.message, /^This cannot run here\. Missing:\n {2}- root: /);
  });

  it("ask only for what is needed", async () => {
    const bad: Machine = { ...good, uid: undefined, osRelease: "", hasCommand: () => false };
    const none = { root: false, debian: false, engine: false, commands: [] };
    assert.deepEqual(await missingPrerequisites(none, bad), []);
    assert.deepEqual(await missingPrerequisites({ ...none, debian: true }, bad), [
      "Debian 12: here is another system",
    ]);
  });

  it("see this machine's own commands", () => {
    const machine = thisMachine();
    assert.equal(machine.node, process.versions.node);
    assert.equal(machine.hasCommand("sh"), true);
    assert.equal(machine.hasCommand("no-such-command-here"), false);
  });
});
