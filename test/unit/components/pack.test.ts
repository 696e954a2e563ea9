import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { NODE_PARTS } from "../../../components/bootstrap/join";
import { packed } from "../../../components/host/pack";
import { readParts, renderScript } from "../../../components/host/render";
import { projectRoot } from "../../../config/root";

const bash = (input: string) => spawnSync("bash", ["--norc", "-s"], { input, encoding: "utf8" });

describe("a packed script", () => {
  it("is the same bytes on every machine", () => {
    const digest = createHash("sha256").update(packed("echo a\n# b\n\necho c\n".repeat(100)));
    assert.equal(
      digest.digest("hex"),
      "b2572a39a9bdac36b0462ea6559f6ecd21935cc54bb20fc947e9259b40db6562",
    );
  });

  it("runs as the text does, with its exit code and its variables", () => {
    const text = `  # a comment\n\nx=$VALUE; printf '%s\\n' "it's # no comment: $x"\n(exit 3)\necho not reached\n`;
    const done = bash(`VALUE='a "b" $c'\n${packed(text)}\n`);
    assert.deepEqual([done.status, done.stdout], [3, `it's # no comment: a "b" $c\n`]);
  });

  it("runs nothing where it was cut off or damaged", () => {
    const frame = { phase: "p", host: "h", next: "n", limit: "1m" };
    const source = { parts: [...NODE_PARTS], packed: true };
    const whole = renderScript({ source, frame, values: {} });
    for (const end of [whole.length - 5, whole.length - 40, 600]) {
      const done = bash(whole.slice(0, end));
      assert.deepEqual([done.status === 0, done.stdout], [false, ""]);
    }
    const damaged = bash(`${packed("echo ran\n").replace("<<<'", "<<<'AAAA")}\necho after\n`);
    assert.deepEqual([damaged.status === 0, damaged.stdout], [false, ""]);
  });

  it("loses nothing but comments of the parts that travel packed", () => {
    for (const part of ["components/host/scripts/lib.sh", ...NODE_PARTS]) {
      const text = readFileSync(join(projectRoot, part), "utf8");
      assert.doesNotMatch(
        text,
        /(?<!<)<<(?!<)/,
        `${part}: a document in it may hold lines that look so`,
      );
      const stripped = text.replace(/^[ \t]*(#.*)?\n/gm, "");
      const parsed = (input: string): string =>
        execFileSync("bash", ["--norc", "--pretty-print"], { input, encoding: "utf8" })
          .split("\n")
          .filter((line) => line !== "")
          .join("\n");
      assert.equal(parsed(stripped), parsed(text), part);
    }
    assert.ok(packed(readParts(NODE_PARTS)).length < readParts(NODE_PARTS).length / 2);
  });
});
