import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "../../../config/root";

const SCRIPT = join(projectRoot, "components/bootstrap/scripts/efs.sh");

/** How often a name is asked for until it is known at the given time, or given up; no time passes. */
function asked(server: string, knownAt: number): number {
  const text = `
    set -euo pipefail
    . "$1"
    calls=0
    known=$3
    getent() { calls=$((calls + 1)); [ "$SECONDS" -ge "$known" ]; }
    sleep() { SECONDS=$((SECONDS + $1)); }
    # No longer the shell's clock.
    unset SECONDS
    SECONDS=0
    await_name "$2"
    echo "$calls"`;
  const args = ["-c", text, "bash", SCRIPT, server, String(knownAt)];
  return Number(execFileSync("bash", args, { encoding: "utf8", timeout: 10_000 }));
}

describe("the name of a share's server", () => {
  const amazon = "fs-0a1b2c3d4e5f60718.efs.eu-west-1.amazonaws.com";

  it("is waited for where Amazon has only just made it", () => {
    assert.equal(asked(amazon, 0), 1);
    assert.equal(asked(amazon, 60), 31);
  });

  it("is given up after three minutes, so that the mount says what is wrong", () => {
    assert.equal(asked(amazon, 10_000), 91);
  });
});
