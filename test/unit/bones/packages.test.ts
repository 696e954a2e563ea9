import assert from "node:assert/strict";
import type { Finished } from "../../../rehearsal/engine/process";
import {
  ensureDebianPackages,
  missingPackages,
  MissingPackages,
  type PackageMachine,
} from "../../../rehearsal/debianPackages";

const finished = (code: number, stdout = "", stderr = ""): Finished => ({
  code,
  stdout,
  stderr,
  seconds: 0,
  ended: undefined,
});

/** A machine where dpkg knows `installed`, and where apt only writes down what it was asked. */
function fakeMachine(installed: readonly string[], isRoot = false) {
  const calls: string[] = [];
  const machine: PackageMachine = {
    isRoot,
    isDebian12: true,
    run: (command, args) => {
      calls.push(command);
      const known = args.filter((name) => installed.includes(name));
      return Promise.resolve(finished(0, known.map((name) => `installed ${name}\n`).join("")));
    },
  };
  return { machine, calls };
}

describe("Debian packages", () => {
  it("names those that dpkg does not have as installed", async () => {
    const run = () => Promise.resolve(finished(1, "installed sudo\nconfig-files tini\n"));
    const machine: PackageMachine = { isRoot: true, isDebian12: true, run };
    assert.deepEqual(await missingPackages(["sudo", "tini", "procps"], machine), [
      "tini",
      "procps",
    ]);
  });

  it("asks dpkg only, when everything is there", async () => {
    const { machine, calls } = fakeMachine(["sudo", "tini"], true);
    const lines: string[] = [];
    await ensureDebianPackages(["sudo", "tini"], { log: (line) => lines.push(line), machine });
    assert.deepEqual([calls, lines], [["dpkg-query"], []]);
  });

  it("names packages and command where it may not install", async () => {
    const { machine, calls } = fakeMachine(["sudo"]);
    await assert.rejects(
      ensureDebianPackages(["sudo", "tini", "g++"], { log: () => undefined, machine }),
      (error) => {
        assert(error instanceof MissingPackages);
        assert.deepEqual(error.packages, ["tini", "g++"]);
        assert.equal(
          error.message,
          "Debian packages missing (only root can install them); run: " +
            "apt-get update && apt-get install -y --no-install-recommends tini g++",
        );
        return true;
      },
    );
    assert.deepEqual(calls, ["dpkg-query"]);
  });

  it("does not touch another distribution", async () => {
    const machine = { ...fakeMachine([], true).machine, isDebian12: false };
    await assert.rejects(
      ensureDebianPackages(["tini"], { log: () => undefined, machine }),
      /\(this is not Debian 12\)/,
    );
  });
});
