import assert from "node:assert/strict";
import { comparisons, type Pair } from "../../../bench/cluster";
import type { Measured } from "../../../bench/cluster/ours";
import { covered, spansOf } from "../../../bench/cluster/packages";
import { met, ratio } from "../../../bench/measure";
import { table } from "../../../bench/report";

describe("bench: a cluster", () => {
  it("reads the spans of apt's notes, without one that was not ended", () => {
    const text = "begin 10.5\nend 12.0\nbegin 13.25\nend 14.25\nbegin 20.0\n";
    assert.deepEqual(spansOf(text), [
      [10.5, 12],
      [13.25, 14.25],
    ]);
    assert.deepEqual(spansOf(""), []);
  });

  it("counts seconds in which several hosts install only once", () => {
    assert.equal(covered([]), 0);
    assert.equal(
      covered([
        [10, 20],
        [1, 3],
        [2, 4],
        [12, 15],
        [19, 21],
      ]),
      14,
    );
  });

  it("judges the first deployment, no change, one node more, and the state's growth", () => {
    const rows = comparisons([pair(1, 70, 10), pair(4, 71, 12.6)]);
    const judged = rows.filter(({ target }) => target !== null);
    assert.deepEqual(
      judged.map((row) => [`${row.what} | ${row.against}`, ratio(row), met(row)]),
      [
        ["first deployment, 1 node | Ansible", 0.7, true],
        ["nothing to change, 1 node | Ansible", 0.1, true],
        ["state of one node more, 1 node | what it may be", 0.5, true],
        ["first deployment, 4 nodes | Ansible", 0.71, false],
        ["nothing to change, 4 nodes | Ansible", 0.1, true],
        ["one node more, 4 nodes | the same at 1", 1.26, false],
        ["state of one node more, 4 nodes | what it may be", 0.5, true],
      ],
    );
  });

  it("shows CPU and packages beside them, and the state in its own unit", () => {
    const lines = table({ cluster: comparisons([pair(1, 70, 10)]) }).split("\n");
    assert.equal(lines.length, 12);
    const found = lines.filter((line) => /packages|state/.test(line));
    assert.deepEqual(
      found.map((line) => line.replaceAll(/ +/g, " ")),
      [
        "cluster first deployment: packages being installed, 1 node, against Ansible 9.00 s 9.00 s 1.00 –",
        "cluster state of one node more, 1 node, against what it may be 10.00 kB 20.00 kB 0.50 ≤ 1 ok",
      ],
    );
  });
});

function pair(nodes: number, first: number, added: number): Pair {
  const ours = { ...measured(first, added, [1, 2, 3]), growth: 10_000 };
  return { nodes, ours, reference: measured(100, 40, [19, 20, 21]) };
}

function measured(first: number, added: number, unchanged: readonly number[]): Measured {
  const cost = (wall: number) => ({ wall, here: wall / 10, hosts: wall });
  return { first: cost(first), packages: 9, added: cost(added), unchanged: unchanged.map(cost) };
}
