import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  type Cidr,
  contains,
  formatCidr,
  overlaps,
  parseCidr,
  sizeOf,
} from "../../../config/network/cidr";
import { planSubnets, roomFor } from "../../../config/network/plan";

const range = (text: string): Cidr => parseCidr(text) ?? assert.fail(text);

const planned = (text: string, zones: number): string[][] | undefined =>
  planSubnets(range(text), zones)?.map((one) => [formatCidr(one.private), formatCidr(one.public)]);

const ranges = fc
  .record({ address: fc.nat(2 ** 32 - 1), prefix: fc.integer({ min: 0, max: 32 }) })
  .map(({ address, prefix }) => ({ base: address - (address % sizeOf(prefix)), prefix }));

describe("ranges of addresses", () => {
  it("are read from their first address on, in one way of writing only", () => {
    assert.deepEqual(parseCidr("10.20.0.0/16"), { base: 169_082_880, prefix: 16 });
    assert.deepEqual(parseCidr("0.0.0.0/0"), { base: 0, prefix: 0 });
    assert.deepEqual(parseCidr("255.255.255.255/32"), { base: 4_294_967_295, prefix: 32 });
    const wrong = ["10.20.0.1/16", "10.20.0.0", "10.20.0.0/33", "256.0.0.0/8", "010.0.0.0/8"];
    for (const text of [...wrong, "10.0.0.0/08", "10.0.0.0/8 ", "::/0", "", "10.0.0/8"]) {
      assert.equal(parseCidr(text), undefined, text);
    }
  });

  it("are written as they were read", () => {
    fc.assert(fc.property(ranges, (one) => void assert.deepEqual(parseCidr(formatCidr(one)), one)));
  });

  it("overlap and contain by their addresses", () => {
    assert.ok(contains(range("10.0.0.0/8"), range("10.255.255.0/24")));
    assert.ok(!contains(range("10.0.0.0/8"), range("11.0.0.0/24")));
    assert.ok(!contains(range("10.0.0.0/24"), range("10.0.0.0/8")));
    assert.ok(overlaps(range("10.0.0.0/24"), range("10.0.0.0/8")));
    assert.ok(!overlaps(range("10.0.0.0/24"), range("10.0.1.0/24")));
  });
});

describe("the plan of subnets", () => {
  it("gives the lower half to private subnets, and 64 addresses each to public ones", () => {
    assert.deepEqual(planned("10.20.0.0/16", 2), [
      ["10.20.0.0/18", "10.20.128.0/26"],
      ["10.20.64.0/18", "10.20.128.64/26"],
    ]);
    assert.deepEqual(planned("192.168.4.0/24", 3), [
      ["192.168.4.0/27", "192.168.4.128/27"],
      ["192.168.4.32/27", "192.168.4.160/27"],
      ["192.168.4.64/27", "192.168.4.192/27"],
    ]);
  });

  it("leaves the others where they are when a fourth zone follows a third", () => {
    const three = planned("10.20.0.0/16", 3) ?? [];
    assert.deepEqual(planned("10.20.0.0/16", 4)?.slice(0, 3), three);
  });

  it("says where a range is too small", () => {
    assert.deepEqual(planned("10.0.0.0/26", 2), [
      ["10.0.0.0/28", "10.0.0.32/28"],
      ["10.0.0.16/28", "10.0.0.48/28"],
    ]);
    assert.equal(planned("10.0.0.0/27", 2), undefined);
    assert.equal(planned("10.0.0.0/26", 3), undefined);
  });

  it("is disjoint, inside of its range, and of a size that AWS takes", () => {
    const cases = fc.record({
      prefix: fc.integer({ min: 16, max: 28 }),
      zones: fc.integer({ min: 2, max: 6 }),
      third: fc.nat(255),
    });
    let plans = 0;
    fc.assert(
      fc.property(cases, ({ prefix, zones, third }) => {
        const base = range("10.0.0.0/8").base + third * 65_536;
        const network = { base, prefix };
        const all = planSubnets(network, zones)?.flatMap((one) => [one.private, one.public]) ?? [];
        if (all.length > 0) plans += 1;
        assert.ok(all.length === 0 || all.length === 2 * zones);
        all.forEach((one, i) => {
          assert.ok(contains(network, one) && one.prefix <= 28 && one.prefix >= 16);
          assert.equal(one.base % sizeOf(one.prefix), 0);
          for (const other of all.slice(0, i)) assert.ok(!overlaps(one, other));
        });
      }),
      { numRuns: 500 },
    );
    assert.ok(plans > 200, `${plans} plans`);
  });

  it("has room for all but what AWS and the stores need", () => {
    assert.equal(roomFor([28]), 8);
    assert.equal(roomFor([18, 18]), 2 * (16_384 - 8));
    assert.equal(roomFor([]), 0);
  });
});
