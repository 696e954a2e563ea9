import assert from "node:assert/strict";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { utils } from "ssh2";
import { publicKeyOf } from "../../../providers/ssh/keys";
import { aws, faults } from "./fixture";

const openssh = (kind: "ed25519" | "rsa" | "ecdsa", bits: number): string =>
  kind === "ed25519"
    ? utils.generateKeyPairSync(kind).private
    : utils.generateKeyPairSync(kind, { bits }).private;

const pem = (key: KeyObject, type: "pkcs1" | "pkcs8" | "sec1"): string =>
  key.export({ format: "pem", type }).toString();

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const curve = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;

const taken: readonly (readonly [string, string])[] = [
  ["ED25519", openssh("ed25519", 0)],
  ["RSA", openssh("rsa", 2048)],
  ["RSA as PEM", pem(rsa, "pkcs1")],
];

const refused: readonly (readonly [string, string])[] = [
  ["ECDSA", openssh("ecdsa", 256)],
  ["ECDSA as PEM", pem(curve, "sec1")],
  ["what does not say its kind", pem(rsa, "pkcs8")],
];

describe("the operator's key on AWS", () => {
  for (const [what, sshPrivateKey] of taken) {
    it(`may be ${what}, whose public half can be told`, () => {
      assert.deepEqual(faults(aws(), { sshPrivateKey }), []);
      assert.match(publicKeyOf(sshPrivateKey), /^ssh-(rsa|ed25519) AAAA[\w+/]+=*$/);
    });
  }

  it("is told to be no key at all once", () => {
    assert.deepEqual(faults(aws(), { sshPrivateKey: "ssh-ed25519 AAAA" }), [
      "antares:sshPrivateKey: expected a private key in OpenSSH or PEM form, whole and without a " +
        "passphrase",
    ]);
  });

  for (const [what, sshPrivateKey] of refused) {
    it(`may not be ${what}, unless EC2 has its key pair already`, () => {
      assert.deepEqual(faults(aws(), { sshPrivateKey }), [
        "antares:sshPrivateKey: expected an ED25519 or RSA key, as ssh-keygen writes it, because " +
          "compute.keyPair is not given: EC2 takes no other for a new key pair",
      ]);
      assert.deepEqual(faults(aws({ compute: { keyPair: "operators" } }), { sshPrivateKey }), []);
      const hosts = { host: { name: "master", access: "ssh", address: "192.0.2.10" } };
      assert.deepEqual(faults(hosts, { sshPrivateKey }), []);
    });
  }
});
