import assert from "node:assert/strict";
import { utils } from "ssh2";
import { hostKey } from "../../../config/rules/places";
import { privateKey } from "../../../config/rules/secrets";
import { generatedKey, publicKeyOf } from "../../../providers/ssh/keys";

describe("keys of SSH", () => {
  it("are drawn as a pair, another one each time", async () => {
    const { outs: one } = await generatedKey.create({});
    const { outs: two } = await generatedKey.create({});
    assert.notEqual(one.privateKey, two.privateKey);
    assert.match(one.publicKey, /^ssh-ed25519 AAAA/);
    assert.equal(publicKeyOf(one.privateKey), one.publicKey);
    // What an operator could give instead.
    assert.equal(privateKey.inspect(one.privateKey), undefined);
    assert.equal(hostKey.accept(one.publicKey), one.publicKey);
  });

  it("stay the same until the rotation is another one", async () => {
    const { outs } = await generatedKey.create({});
    assert.deepEqual((await generatedKey.diff("generated", outs, {})).changes, false);
    const rotated = await generatedKey.diff("generated", outs, { rotation: "2" });
    assert.deepEqual(rotated.replaces, ["rotation"]);
    assert.deepEqual((await generatedKey.read("generated", outs)).props, outs);
  });

  it("of other kinds show their public half, too", () => {
    const pair = utils.generateKeyPairSync("ecdsa", { bits: 256 });
    assert.equal(publicKeyOf(pair.private), pair.public);
  });

  it("that are damaged say so, and nothing of themselves", () => {
    assert.throws(
      () => publicKeyOf("hunter2"),
      (error: Error) => {
        assert.match(error.message, /^the secret sshPrivateKey is no private key/);
        return !error.message.includes("hunter2");
      },
    );
  });
});
