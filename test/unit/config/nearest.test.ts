import assert from "node:assert/strict";
import { nearest } from "../../../config/decoding/nearest";

describe("the nearest known name", () => {
  const known = ["port", "host", "password", "tunnelPort"];
  for (const [unknown, expected] of [
    ["prot", "port"],
    ["Port", "port"],
    ["pasword", "password"],
    ["tunelPort", "tunnelPort"],
    ["tunnel_port", "tunnelPort"],
    ["zzzz", undefined],
    ["", undefined],
    ["x", undefined],
  ] as const) {
    it(`of ${JSON.stringify(unknown)} is ${expected ?? "none"}`, () => {
      assert.equal(nearest(unknown, known), expected);
    });
  }

  it("is found at once among names that are far too long", () => {
    const started = performance.now();
    assert.equal(nearest("x".repeat(1e6), known), undefined);
    assert.ok(performance.now() - started < 100);
  });
});
