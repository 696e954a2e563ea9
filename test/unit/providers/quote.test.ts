import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { shellQuote } from "../../../providers/shell/quote";

describe("shellQuote", () => {
  it("quotes by single quotes", () => {
    assert.equal(shellQuote("a b"), "'a b'");
    assert.equal(shellQuote("it's"), "'it'\\''s'");
    assert.equal(shellQuote(""), "''");
  });

  it("refuses NUL", () => {
    assert.throws(() => shellQuote("a\0b"), TypeError);
  });

  it("gives bash back exactly what went in, whatever it is", () => {
    const special = fc.constantFrom("'", '"', "\\", "$", "`", "\n", "!", "*", " ", "\r", ";", "\t");
    const word = fc
      .array(fc.oneof(special, fc.string({ unit: "binary", maxLength: 3 })), { maxLength: 12 })
      .map((parts) => parts.join("").replaceAll("\0", ""))
      .filter((text) => Buffer.from(text).toString() === text);
    fc.assert(
      fc.property(fc.array(word, { minLength: 20, maxLength: 60 }), (words) => {
        const script = words.map((text) => `printf '%s\\0' ${shellQuote(text)}`).join("\n");
        const { stdout } = spawnSync("bash", ["-s"], { input: script, encoding: "utf8" });
        assert.deepEqual(stdout.split("\0").slice(0, -1), words);
      }),
      { numRuns: 25 },
    );
  });
});
