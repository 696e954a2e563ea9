import assert from "node:assert/strict";
import { faults, faultsOf, raw } from "./fixture";

const KEY = "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n";
const PASSWORD_RULE =
  "antares:databasePassword: expected 1 to 128 characters that .datacube.conf, .antares and .pgpass " +
  "can all carry and RDS accepts: printable ASCII without blanks and without \" # $ % ' / : @ \\ " +
  "(letters and digits are always right)";

describe("secrets", () => {
  it("in clear are refused with the command, and not shown", () => {
    assert.deepEqual(faults({ databasePassword: "tops3cret" }), [
      "antares:databasePassword: expected an encrypted value, and this one is in clear: " +
        "pulumi config set --secret antares:databasePassword (and change it where it is used if " +
        "others could read the stack file)",
    ]);
  });

  it("inside an object are refused with the key they belong to", () => {
    const hint = (name: string): string =>
      "expected no secret inside an object: each is a top-level key of its own (pulumi config set " +
      `--secret antares:${name}); did you mean antares:${name}?`;
    assert.deepEqual(
      faults({
        database: { password: "tops3cret", adminPassword: "tops3cret" },
        antares: { usgsPassword: "tops3cret" },
        host: { privateKey: "tops3cret" },
      }),
      [
        `antares:database.password: ${hint("databasePassword")}`,
        `antares:database.adminPassword: ${hint("databaseAdminPassword")}`,
        `antares:antares.usgsPassword: ${hint("usgsPassword")}`,
        `antares:host.privateKey: ${hint("sshPrivateKey")}`,
      ],
    );
  });

  it("make their whole object secret, which is refused without any value of it", () => {
    const given = raw({ database: { user: "TOPS3CRET", port: 0 } });
    const lines = faultsOf({ ...given, secretKeys: new Set(["database"]) });
    assert.equal(lines.length, 3);
    assert.match(lines[0] ?? "", /^antares:database: expected settings in clear: secrets are keys/);
    assert.match(lines[1] ?? "", /^antares:database\.port: expected a TCP port/);
    assert.match(lines[2] ?? "", /^antares:database\.user: expected a PostgreSQL name/);
  });

  for (const [at, password] of [
    [2, "a%b"],
    [1, "#ab"],
    [3, "ab$"],
    [2, "a:b"],
    [2, "a\\b"],
    [2, "a/b"],
    [2, 'a"b'],
    [2, "a@b"],
    [2, "a'b"],
    [2, "a b"],
    [3, "ab\n"],
    [2, "aéb"],
  ] as const) {
    it(`that a file cannot carry are refused by place: ${JSON.stringify(password)}`, () => {
      assert.deepEqual(faults({}, { databasePassword: password }), [
        `${PASSWORD_RULE}; character ${at} cannot be used`,
      ]);
    });
  }

  it("with every other printable character are taken", () => {
    assert.deepEqual(faults({}, { databasePassword: "!&()*+,-.0;<=>?A[]^_`a{|}~" }), []);
  });

  it("have bounds", () => {
    assert.deepEqual(faults({}, { databasePassword: "" }), [`${PASSWORD_RULE}; it is empty`]);
    assert.deepEqual(faults({}, { databasePassword: "x".repeat(129) }), [
      `${PASSWORD_RULE}; it is longer`,
    ]);
  });

  for (const [at, secret] of [
    [2, "a #b"],
    [2, "a${HOME}"],
    [1, "'ab'"],
    [1, " ab"],
    [3, "ab "],
    [2, "a\nb"],
  ] as const) {
    it(`that dotenv cannot carry are refused by place: ${JSON.stringify(secret)}`, () => {
      const [line] = faults({}, { djangoSecretKey: secret });
      assert.match(
        line ?? "",
        /^antares:djangoSecretKey: expected 1 to 512 characters on one line/,
      );
      assert.ok(line?.endsWith(`; character ${at} cannot be used`), line);
    });
  }

  it("for dotenv alone may hold what the other files cannot", () => {
    assert.deepEqual(faults({}, { djangoSecretKey: "a%b:c\\d/e@f$g#h" }), []);
  });

  it("that are private keys must be whole and without a passphrase", () => {
    const host = { access: "ssh", address: "192.0.2.7" };
    const openssh = (cipher: string): string => {
      const head = `openssh-key-v1\0\0\0\0${String.fromCharCode(cipher.length)}${cipher}`;
      const body = Buffer.from(head, "latin1").toString("base64");
      return `-----BEGIN OPENSSH PRIVATE KEY-----\n${body}\n-----END OPENSSH PRIVATE KEY-----`;
    };
    const rule =
      "antares:sshPrivateKey: expected a private key in OpenSSH or PEM form, whole and without a passphrase";
    const locked = `${rule}; this one is protected by a passphrase or damaged`;
    assert.deepEqual(faults({ host }, { sshPrivateKey: KEY }), []);
    assert.deepEqual(faults({ host }, { sshPrivateKey: openssh("none") }), []);
    assert.deepEqual(faults({ host }, { sshPrivateKey: openssh("aes256-ctr") }), [locked]);
    assert.deepEqual(faults({ host }, { sshPrivateKey: KEY.slice(0, -10) }), [rule]);
    const encrypted = KEY.replaceAll("RSA", "ENCRYPTED");
    assert.deepEqual(faults({ host }, { sshPrivateKey: encrypted }), [locked]);
  });

  it("that slipped into addresses are not shown", () => {
    const lines = faults({
      software: {
        source: "git+https://me:tops3cret@h/x.git@main",
        pythonIndex: "https://me:tops3cret@h/",
      },
      countries: [
        { iso: "MEX", archive: "https://h/a.zip?token=tops3cret", sha256: "0".repeat(64) },
      ],
      host: { name: KEY },
    });
    assert.equal(lines.length, 4);
    assert.ok(!/tops3cret|PRIVATE/.test(lines.join()), lines.join("\n"));
  });
});
