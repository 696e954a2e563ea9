import assert from "node:assert/strict";
import { type Comparison, inTurns, median, met, ratio } from "../../../bench/measure";
import { document, table } from "../../../bench/report";

const comparison = (change: Partial<Comparison>): Comparison => ({
  what: "work",
  against: "by hand",
  ours: [1],
  reference: [4],
  target: 0.25,
  ...change,
});

describe("bench: measuring", () => {
  it("takes the median of odd and even counts, and refuses none", () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 2, 3]), 2.5);
    assert.throws(() => median([]), /no median of nothing/);
  });

  it("meets a target that is just reached, misses one that is passed, judges nothing without", () => {
    assert.equal(ratio(comparison({ ours: [9, 1, 2], reference: [4] })), 0.5);
    assert.equal(met(comparison({})), true);
    assert.equal(met(comparison({ ours: [1.01] })), false);
    assert.equal(met(comparison({ target: null })), null);
  });

  it("runs in turns with the order swapped, and does not count the first pair", async () => {
    const order: string[] = [];
    const run = (name: string) => async (): Promise<number> => order.push(name);
    const found = await inTurns({
      what: "work",
      against: "by hand",
      target: null,
      pairs: 2,
      ours: run("ours"),
      reference: run("reference"),
      signal: new AbortController().signal,
    });
    assert.deepEqual(order, ["reference", "ours", "ours", "reference", "reference", "ours"]);
    assert.deepEqual(
      [found.ours, found.reference],
      [
        [3, 6],
        [4, 5],
      ],
    );
  });

  it("ends between two runs when it is interrupted", async () => {
    const controller = new AbortController();
    let runs = 0;
    const run = async (): Promise<number> => {
      controller.abort(new Error("interrupted"));
      return ++runs;
    };
    const { signal } = controller;
    const turns = { what: "", against: "", target: null, pairs: 1, signal };
    await assert.rejects(inTurns({ ...turns, ours: run, reference: run }), /interrupted/);
    assert.equal(runs, 1);
  });

  it("prints a table and a document with every time", () => {
    const results = { noop: [comparison({}), comparison({ ours: [2], target: null })] };
    assert.equal(
      table(results),
      [
        "bench  what                     ours  reference  ratio  target",
        "noop   work, against by hand  1.00 s     4.00 s   0.25  ≤ 0.25  ok",
        "noop   work, against by hand  2.00 s     4.00 s   0.50       –",
      ].join("\n"),
    );
    const { benches } = JSON.parse(document(results)) as { benches: unknown };
    assert.deepEqual(benches, {
      noop: [
        { ...comparison({}), ratio: 0.25, met: true },
        { ...comparison({ ours: [2], target: null }), ratio: 0.5, met: null },
      ],
    });
  });
});
