import assert from "node:assert/strict";
import * as names from "../../../config/rules/names";
import * as places from "../../../config/rules/places";
import { choice, truth, type Rule, type Scalar } from "../../../config/rules/rule";
import * as software from "../../../config/rules/software";

interface Row {
  readonly rule: Rule<unknown>;
  /** Given value and what it becomes; a value alone stays as it is. */
  readonly takes: readonly (Scalar | readonly [Scalar, unknown])[];
  readonly refuses: readonly Scalar[];
}

const COMMIT = "0123456789ABCDEF0123456789abcdef01234567";
const LONG = "a".repeat(63);
const ED25519 = Buffer.concat([
  Buffer.from([0, 0, 0, 11]),
  Buffer.from("ssh-ed25519"),
  Buffer.from([0, 0, 0, 32]),
  Buffer.alloc(32, 9),
]).toString("base64");

const rows: Readonly<Record<string, Row>> = {
  port: {
    rule: places.port,
    takes: [1, 65535, ["22", 22]],
    refuses: [0, 65536, 1.5, "022", "1e3", true],
  },
  absolutePath: {
    rule: places.absolutePath,
    takes: ["/", "/a", "/a/b.c_d+e@f-g", "/.hidden/..b"],
    refuses: [
      "",
      "a",
      "./a",
      "/a/",
      "//a",
      "/a//b",
      "/a/./b",
      "/a/../b",
      "/a b",
      "/a\n",
      "/a:b",
      "/é",
      5,
    ],
  },
  ownDirectory: {
    rule: places.ownDirectory,
    takes: ["/srv/antares", "/data", "/home/x", "/var/lib/antares", "/usrlocal", "/mnt/a"],
    refuses: [
      "/",
      "/srv",
      "/home",
      "/var/lib",
      "/etc",
      "/etc/x",
      "/usr/local/x",
      "/tmp/x",
      "/root/x",
      "/mnt",
    ],
  },
  hostAddress: {
    rule: places.hostAddress,
    takes: ["a", "db.example.org", "192.0.2.1", "2001:db8::1", "::1", "1a.b", LONG],
    refuses: [
      "",
      "-a",
      "a-",
      "a..b",
      "192.0.2.256",
      "1.2.3",
      "a_b",
      "a:22",
      "u@a",
      "a b",
      `${LONG}a`,
    ],
  },
  plainHostAddress: {
    rule: places.plainHostAddress,
    takes: ["a.b", "192.0.2.1"],
    refuses: ["::1"],
  },
  hostName: {
    rule: places.hostName,
    takes: ["a", "master", "node-1", LONG],
    refuses: ["", "1a", "-a", "a-", "A", "a.b", "a_b", `${LONG}a`],
  },
  hostKey: {
    rule: places.hostKey,
    takes: [
      `ssh-ed25519 ${ED25519}`,
      [` ssh-ed25519 ${ED25519} me@host\n`, `ssh-ed25519 ${ED25519}`],
    ],
    refuses: [
      "",
      "ssh-ed25519 AAAA",
      `ssh-rsa ${ED25519}`,
      `ssh-dss ${ED25519}`,
      `host ssh-ed25519 ${ED25519}`,
      `ssh-ed25519 ${ED25519.slice(0, -8)}`,
    ],
  },
  webAddress: {
    rule: places.webAddress,
    takes: [
      "http://a/debian",
      "https://a.b:8443/simple/",
      "http://192.0.2.1/x",
      "http://[::1]:80/",
    ],
    refuses: [
      "a",
      "ftp://a/",
      "http://",
      "https://u@a/",
      "https://u:p@a/",
      "https://a/?x=1",
      "http://a b/",
    ],
  },
  databaseName: {
    rule: names.databaseName,
    takes: ["antares", "_a1", LONG],
    refuses: ["", "1a", "A", "a-b", "postgres", "template1", "public", "pg_x", `${LONG}a`],
  },
  existingDatabaseName: {
    rule: names.existingDatabaseName,
    takes: ["postgres", "Admin", "a@b.c-d"],
    refuses: ["", "1a", "a b", "a'b", "a:b", `${LONG}a`],
  },
  serviceUser: {
    rule: names.serviceUser,
    takes: ["antares", "_a-1", "a".repeat(32)],
    refuses: ["root", "", "A", "1a", "a".repeat(33)],
  },
  userId: {
    rule: names.userId,
    takes: [1000, 59999, ["5000", 5000]],
    refuses: [0, 999, 60000, -1, "x"],
  },
  isoCode: {
    rule: names.isoCode,
    takes: ["MEX", ["gTm", "GTM"]],
    refuses: ["", "ME", "MEXI", "M3X", "ÉÉÉ"],
  },
  sha256: {
    rule: names.sha256,
    takes: ["0a".repeat(32), ["0A".repeat(32), "0a".repeat(32)]],
    refuses: ["", "0".repeat(63), "0".repeat(65), "g".repeat(64)],
  },
  bucket: {
    rule: names.bucket,
    takes: ["abc", "a.b-c", LONG],
    refuses: ["ab", "Abc", "a_c", "-ab", `${LONG}a`],
  },
  accountName: {
    rule: names.accountName,
    takes: ["jane", "j.d+x@example.org", [12345, "12345"]],
    refuses: ["", "a b", "a#b", "${a}", "'a'", true, 1.5],
  },
  softwareSource: {
    rule: software.softwareSource,
    takes: [
      [
        `git+https://h/a.git@${COMMIT}`,
        { kind: "git", url: "https://h/a.git", commit: COMMIT.toLowerCase() },
      ],
      [
        `git+file:///m/a.git@${COMMIT}`,
        { kind: "git", url: "file:///m/a.git", commit: COMMIT.toLowerCase() },
      ],
      [
        "/w/madmex-0.4.0-1-py3-none-any.whl",
        { kind: "wheel", path: "/w/madmex-0.4.0-1-py3-none-any.whl" },
      ],
      ["/src/antares3", { kind: "directory", path: "/src/antares3" }],
    ],
    refuses: [
      "antares",
      "madmex==0.4.0",
      "git+https://h/a.git",
      "git+https://h/a.git@develop",
      `git+https://h/a.git@${COMMIT.slice(1)}`,
      `git+https://h/a.git@${COMMIT}#egg=antares3`,
      `git+https://u:p@h/a.git@${COMMIT}`,
      `git+ssh://h/a.git@${COMMIT}`,
      `https://h/a.git@${COMMIT}`,
      `git+file://../a@${COMMIT}`,
      "/w/antares-0.3.1-py3-none-any.whl",
      "madmex-0.4.0-py3-none-any.whl",
      "/",
      "src",
    ],
  },
  interpreter: {
    rule: software.interpreter,
    takes: ["python3", "python3.11", "/opt/p/bin/python3.8"],
    refuses: ["python", "python2.7", "python3.11 -I", "./python3", "/"],
  },
  release: {
    rule: software.release,
    takes: ["1.7", "1.8.6"],
    refuses: ["1", "1.8.6rc1", "v1.8", "1.8.6.1", 1.8],
  },
  truth: {
    rule: truth,
    takes: [true, false, ["true", true], ["false", false]],
    refuses: ["yes", 0, 1, ""],
  },
  choice: { rule: choice(["a", "b"]), takes: ["a", "b"], refuses: ["A", "", "ab", "toString"] },
};

describe("value rules", () => {
  for (const [name, { rule, takes, refuses }] of Object.entries(rows)) {
    for (const row of takes) {
      const [given, expected] = typeof row === "object" ? row : [row, row];
      it(`${name} takes ${JSON.stringify(given)}`, () => {
        assert.deepEqual(rule.accept(given), expected);
      });
    }
    for (const given of refuses) {
      it(`${name} refuses ${JSON.stringify(given)}`, () => {
        assert.equal(rule.accept(given), undefined);
      });
    }
  }

  it("know what lies in what", () => {
    assert.equal(places.isWithin("/a/b", "/a"), true);
    assert.equal(places.isWithin("/a", "/a"), true);
    assert.equal(places.isWithin("/ab", "/a"), false);
    assert.equal(places.isWithin("/a", "/a/b"), false);
    assert.equal(places.isWithin("/a", "/"), true);
  });
});
