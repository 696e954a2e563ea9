import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { projectRoot } from "../../../config/root";
import { cliModule } from "../../../rehearsal/engine/build";
import {
  atLeast,
  findVersion,
  minimumGo,
  minimumVersion,
  pinnedVersion,
} from "../../../rehearsal/engine/version";

describe("engine: versions", () => {
  it("finds the number in what tools say", () => {
    assert.equal(findVersion("v3.259.0\n"), "3.259.0");
    assert.equal(findVersion("go version go1.26.8 linux/amd64"), "1.26.8");
    assert.equal(findVersion("v3.260.0-alpha.x1"), "3.260.0");
    assert.equal(findVersion("command not found"), undefined);
  });

  it("compares numbers, not texts", () => {
    assert.equal(atLeast("3.259.0", "3.220.0"), true);
    assert.equal(atLeast("3.220.0", "3.220.0"), true);
    assert.equal(atLeast("3.9.0", "3.220.0"), false);
    assert.equal(atLeast("3.219.9", "3.220.0"), false);
    assert.equal(atLeast("4.0.0", "3.220.0"), true);
    assert.equal(atLeast("1.26", "1.26.0"), true);
    assert.equal(atLeast("2", "1.26"), true);
  });

  it("agree with the files that state them for other tools", () => {
    const project = readFileSync(join(projectRoot, "Pulumi.yaml"), "utf8");
    assert.equal(/requiredPulumiVersion: "?>=([\d.]+)"?/.exec(project)?.[1], minimumVersion);
    const module = readFileSync(join(cliModule, "go.mod"), "utf8");
    assert.equal(/^go ([\d.]+)$/m.exec(module)?.[1], minimumGo);
    assert.equal(/pulumi\/pkg\/v3 v([\d.]+)$/m.exec(module)?.[1], pinnedVersion);
    assert.equal(/pulumi\/sdk\/v3 v([\d.]+)/.exec(module)?.[1], pinnedVersion);
    assert.equal(atLeast(pinnedVersion, minimumVersion), true);
  });
});
