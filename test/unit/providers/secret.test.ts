import assert from "node:assert/strict";
import { generatedSecret, generateSecret } from "../../../providers/secret";

describe("GeneratedSecret", () => {
  it("draws letters and digits, as many as asked for, each time others", () => {
    const drawn = Array.from({ length: 200 }, () => generateSecret(40));
    for (const secret of drawn) assert.match(secret, /^[A-Za-z0-9]{40}$/);
    assert.equal(new Set(drawn).size, 200);
    assert.equal(new Set(drawn.join("")).size, 62);
  });

  it("keeps the value through everything but a rotation", async () => {
    const { outs } = await generatedSecret.create({ length: 32 });
    const none = { changes: false, replaces: [], deleteBeforeReplace: false };
    assert.deepEqual(await generatedSecret.diff("generated", outs, { length: 64 }), none);
    const rotated = { length: 32, rotation: "2" };
    assert.deepEqual(await generatedSecret.diff("generated", outs, rotated), {
      changes: true,
      replaces: ["rotation"],
      deleteBeforeReplace: false,
    });
    assert.deepEqual(await generatedSecret.read("generated", outs), {
      id: "generated",
      props: outs,
    });
    const updated = await generatedSecret.update("generated", outs, { length: 64 });
    assert.equal(updated.outs.value, outs.value);
  });

  it("refuses lengths that are too short or no lengths", async () => {
    for (const length of [15, 129, 20.5]) {
      const { failures } = await generatedSecret.check({ length: 32 }, { length });
      assert.deepEqual(failures, [
        { property: "length", reason: "must be a whole number from 16 to 128" },
      ]);
    }
    assert.deepEqual((await generatedSecret.check({ length: 32 }, { length: 16 })).failures, []);
  });
});
