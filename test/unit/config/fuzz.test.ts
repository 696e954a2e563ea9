import assert from "node:assert/strict";
import * as fc from "fast-check";
import { decode, type RawConfig } from "../../../config/decode";
import { ConfigError } from "../../../config/fault";
import { secretKeys, subjects } from "../../../config/keys";
import { propertyOf } from "../../../config/keys/key";
import { lock, PRIVATE_KEY, raw } from "./fixture";

/** Decodes; the only two outcomes allowed are a configuration and faults that make a message. */
function settles(given: RawConfig): boolean {
  const result = decode(given, lock);
  if (result.ok) {
    assert.deepEqual(Object.keys(result.config).length, 11);
    return true;
  }
  assert.ok(result.faults.length > 0);
  const lines = new ConfigError(result.faults).message.split("\n");
  assert.equal(lines.length, result.faults.length + 2);
  for (const fault of result.faults) assert.notEqual(fault.expected, "");
  return false;
}

const subjectNames = subjects.map((subject) => subject.name);
const secretNames = secretKeys.map((row) => row.name);
const properties = subjects.flatMap((subject) => subject.keys.map(propertyOf));
const examples = subjects.flatMap((subject) => subject.keys.map((row) => row.example));

const name = fc.oneof(
  fc.constantFrom<string>(...subjectNames, ...secretNames, "__proto__", "constructor", "toString"),
  fc.string({ unit: "binary", maxLength: 20 }),
);
const leaf = fc.oneof(
  fc.constantFrom<unknown>(...examples, null, true, -1, 0, 1.5, 65535, 1e300, "", "[", "${x}"),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.jsonValue({ maxDepth: 2 }),
);
const object = fc.dictionary(
  fc.oneof(fc.constantFrom<string>(...properties, "__proto__"), fc.string({ maxLength: 12 })),
  leaf,
  { maxKeys: 8 },
);
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.json(),
  object.map((value) => JSON.stringify(value)),
  fc.array(object, { maxLength: 3 }).map((value) => JSON.stringify(value)),
);
const anything = fc.record({
  values: fc.dictionary(name, text, { maxKeys: 10 }),
  secretKeys: fc.array(name, { maxLength: 5 }).map((names) => new Set(names)),
});

const RIGHT = raw(
  {
    target: "single",
    host: { name: "m1", access: "local" },
    share: { path: "/data/antares" },
    database: { server: "existing", host: "db", port: 5432, sslmode: "require", adminUser: "dba" },
    antares: { usgsUser: "jane", logLevel: "DEBUG" },
    countries: [{ iso: "mex", archive: "/b/mex.zip", sha256: "0".repeat(64) }],
    service: { uid: 6001 },
  },
  { databaseAdminPassword: "abc", usgsPassword: "def" },
);

const CLUSTER = raw(
  {
    target: "hosts",
    hosts: [
      { name: "m1", role: "master", address: "192.0.2.1", jobSlots: 1 },
      { name: "gate", role: "jump", address: "192.0.2.2", key: "sshJumpPrivateKey" },
      { name: "n1", address: "192.0.2.3", port: 2222, user: "deployer", jump: "gate" },
    ],
    ssh: { waitSeconds: 60 },
    share: { kind: "nfs", server: "nfs.example.org", export: "/export" },
    scheduler: { queue: "land.q", brake: 0.4 },
    dask: { slots: 2, workerPorts: "9000-9010" },
  },
  { sshPrivateKey: PRIVATE_KEY, sshJumpPrivateKey: PRIVATE_KEY },
);

const CLOUD = raw({
  target: "aws",
  network: { region: "eu-central-1", sshFrom: ["203.0.113.0/24"], zones: ["a", "b", "c"] },
  compute: { nodes: 3, nodeType: "m6i.large" },
  elastic: { min: 1, max: 9 },
  bucket: { oldVersionDays: 10 },
  database: { major: 17, storageGib: 100, multiAz: true },
  share: { path: "/data/antares" },
  power: "running",
  allow: ["share"],
});

const mutation = (of: RawConfig) =>
  fc.record({
    key: fc.constantFrom(...Object.keys(of.values)),
    at: fc.nat(200),
    cut: fc.nat(3),
    put: fc.oneof(
      fc.string({ unit: "binary", maxLength: 3 }),
      fc.constantFrom(",", "}", '"', "null"),
    ),
  });

describe("fuzzing the door", function () {
  this.timeout(60_000);

  it("any input ends in a configuration or in faults", () => {
    fc.assert(
      fc.property(anything, (given) => void settles(given)),
      { numRuns: 3000 },
    );
  });

  for (const [kind, right] of Object.entries({ machine: RIGHT, cluster: CLUSTER, cloud: CLOUD })) {
    it(`a right ${kind} with a few characters changed does too`, () => {
      assert.equal(settles(right), true);
      const mutations = fc.array(mutation(right), { minLength: 1, maxLength: 3 });
      fc.assert(
        fc.property(mutations, (changes) => {
          const values = { ...right.values };
          for (const { key, at, cut, put } of changes) {
            const before = values[key] ?? "";
            const place = at % (before.length + 1);
            values[key] = before.slice(0, place) + put + before.slice(place + cut);
          }
          settles({ ...right, values });
        }),
        { numRuns: 3000 },
      );
    });

    it(`a right ${kind} with one property replaced does too`, () => {
      const change = fc.record({
        subject: fc.constantFrom(...subjects),
        value: leaf,
        pick: fc.nat(),
      });
      fc.assert(
        fc.property(change, ({ subject, value, pick }) => {
          const row = subject.keys[pick % subject.keys.length];
          if (row === undefined || subject.type === "string" || subject.type === "list") return;
          const before: unknown = JSON.parse(right.values[subject.name] ?? "{}");
          const items: readonly unknown[] = Array.isArray(before) ? before : [before];
          const old = items[pick % Math.max(1, items.length)] ?? {};
          const replaced = { ...old, [propertyOf(row)]: value };
          const others = items.filter((item) => item !== old);
          const written = subject.type === "array" ? [...others, replaced] : replaced;
          const changed = { [subject.name]: JSON.stringify(written) };
          settles({ ...right, values: { ...right.values, ...changed } });
        }),
        { numRuns: 3000 },
      );
    });
  }

  it("no message holds a secret, wherever it was written", () => {
    const secret = fc
      .stringMatching(/^[a-z]{12,20}[ %:"]$/)
      .filter((text) => !/antares/.test(text));
    const where = fc.constantFrom<string>(...secretNames, "databasePasword", "passwort", "share");
    const placed = fc.record({ clear: secret, key: where, encrypted: fc.boolean() });
    fc.assert(
      fc.property(placed, ({ clear, key, encrypted }) => {
        const given = { values: { [key]: clear }, secretKeys: new Set(encrypted ? [key] : []) };
        const result = decode(given, lock);
        if (result.ok) return;
        assert.ok(!new ConfigError(result.faults).message.includes(clear.slice(0, -1)));
      }),
      { numRuns: 1000 },
    );
  });
});
