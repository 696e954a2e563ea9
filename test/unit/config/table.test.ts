import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { decode } from "../../../config/decode";
import { generate } from "../../../config/generate";
import { secretKeys, subjects } from "../../../config/keys";
import { propertyOf, type Key, type Subject } from "../../../config/keys/key";
import { projectRoot } from "../../../config/root";
import { faults, faultsOf, lock, PRIVATE_KEY, SOURCE } from "./fixture";

// What a property counts only with: an existing server that verifies, a mounted share, a scheduler.
const AROUND: Readonly<Record<string, object>> = {
  database: { server: "existing", sslmode: "verify-full" },
  share: { kind: "nfs" },
  scheduler: { kind: "gridEngine" },
};

/** The target that has a subject, where it is not one machine. */
const TARGET: Readonly<Record<string, string>> = {
  ...{ hosts: "hosts", ssh: "hosts" },
  ...{ network: "aws", compute: "aws", elastic: "aws", bucket: "aws" },
};

const isPlain = ({ type }: Subject): boolean => type === "string" || type === "list";

/** The faults of a configuration that gives one property, or one list item's, this value. */
function faultsWith(subject: Subject, given: { row: Key<unknown>; value: unknown }): string[] {
  const { row, value } = given;
  if (isPlain(subject)) return faults({ [subject.name]: value });
  const object = { ...AROUND[subject.name], [propertyOf(row)]: value };
  return faults({
    target: TARGET[subject.name] ?? "single",
    [subject.name]: subject.type === "array" ? [object] : object,
  });
}

function pathOf(subject: Subject, row: Key<unknown>): string {
  if (isPlain(subject)) return `antares:${subject.name}`;
  return `antares:${row.path.replace("[]", "[0]")}`;
}

describe("the key table", () => {
  for (const subject of subjects) {
    for (const row of subject.keys) {
      it(`${row.path}: refuses what its rule refuses, and takes its example`, () => {
        const at = pathOf(subject, row);
        const wrong = subject.type === "string" ? "\u0001" : ["\u0001"];
        const refusal = faultsWith(subject, { row, value: wrong }).filter((line) =>
          line.startsWith(`${at} is `),
        );
        assert.equal(refusal.length, 1);
        assert.ok(refusal[0]?.includes(`: expected ${row.rule.expected}`), refusal[0]);
        // Other keys may be missing or make it useless, but the value itself is right.
        const complaints = faultsWith(subject, { row, value: row.example });
        assert.ok(
          !complaints.some(
            (line) => line.includes(row.rule.expected) && line.startsWith(`${at} is `),
          ),
        );
      });
    }
  }

  it("names every path once, below its subject", () => {
    const paths = subjects.flatMap((subject) => subject.keys.map((row) => row.path));
    assert.equal(new Set(paths).size, paths.length);
    for (const subject of subjects) {
      const prefix = {
        string: "",
        list: "",
        object: `${subject.name}.`,
        array: `${subject.name}[].`,
      };
      for (const row of subject.keys)
        assert.ok(row.path.startsWith(prefix[subject.type]), row.path);
    }
  });

  it("has a rule for every secret", () => {
    for (const { name, rule } of secretKeys) {
      const given = { values: { [name]: "\u0001" }, secretKeys: new Set([name]) };
      const lines = faultsOf(given).filter((line) => line.startsWith(`antares:${name}: `));
      assert.equal(lines.length, 1);
      assert.ok(lines[0]?.includes(rule.expected), lines[0]);
    }
  });
});

describe("generated files", () => {
  for (const name of ["Pulumi.yaml", "docs/configuration.md"]) {
    it(`${name} is what \`npm run generate\` writes`, async () => {
      const generated = await generate();
      assert.equal(readFileSync(join(projectRoot, name), "utf8"), generated.get(name));
    });
  }

  it("Pulumi.yaml's own defaults are a configuration without a fault but the source", () => {
    const { config } = parse(readFileSync(join(projectRoot, "Pulumi.yaml"), "utf8")) as {
      config: Record<string, { default: unknown }>;
    };
    const given = Object.entries(config).map(([key, row]) => [
      key.slice("antares:".length),
      row.default,
    ]);
    assert.deepEqual(faults(Object.fromEntries(given) as Record<string, unknown>), []);
    assert.deepEqual(
      Object.keys(config),
      subjects.map((subject) => `antares:${subject.name}`),
    );
  });
});

describe("stack files", () => {
  const readStack = (name: string): string =>
    readFileSync(join(projectRoot, `Pulumi.${name}.yaml`), "utf8");
  const stack = (name: string): Record<string, string> => valuesOf(readStack(name));
  const valuesOf = (text: string): Record<string, string> => {
    const { config } = parse(text) as { config: Record<string, unknown> };
    return Object.fromEntries(
      Object.entries(config).map(([key, value]) => [
        key.slice("antares:".length),
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    );
  };

  it("local needs nothing but the source", () => {
    const lines = faultsOf({ values: stack("local"), secretKeys: new Set() });
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", /^antares:software\.source: .*; it is missing$/);
  });

  it("hosts needs nothing but the source and a key, with the comments' settings too", () => {
    const secretKeys = new Set(["sshPrivateKey", "sshNodePrivateKey", "sshJumpPrivateKey"]);
    const secrets = Object.fromEntries([...secretKeys].map((name) => [name, PRIVATE_KEY]));
    const missing = faultsOf({ values: stack("hosts"), secretKeys: new Set() });
    assert.equal(missing.length, 2);
    assert.match(missing[0] ?? "", /^antares:sshPrivateKey: expected a secret, .*; it is missing/);
    assert.match(missing[1] ?? "", /^antares:software\.source: .*; it is missing$/);
    const values = (text: string): Record<string, string> => ({
      ...valuesOf(text),
      ...{ software: JSON.stringify({ source: SOURCE }), ...secrets },
    });
    const file = readStack("hosts");
    assert.deepEqual(faultsOf({ values: values(file), secretKeys }), []);
    // Every line of the comments that is a setting.
    const all = file.replace(/^( *)# ( *(?:- )?[a-zA-Z:]+: ?\S*)$/gm, "$1$2");
    assert.notEqual(all, file);
    const password = { databaseAdminPassword: "abc" };
    const given = { values: { ...values(all), ...password }, secretKeys };
    secretKeys.add("databaseAdminPassword");
    assert.deepEqual(faultsOf(given), []);
    const decoded = decode(given, lock);
    assert.ok(decoded.ok && decoded.config.target.kind === "hosts");
    assert.deepEqual(
      decoded.config.target.hosts.map((host) => [host.name, host.key, host.jump, host.jobSlots]),
      [
        ["master", "sshPrivateKey", undefined, 1],
        ["node1", "sshPrivateKey", undefined, 4],
        ["node2", "sshNodePrivateKey", "gateway", 2],
        ["gateway", "sshJumpPrivateKey", undefined, 0],
      ],
    );
    assert.equal(decoded.config.ssh.waitSeconds, 600);
  });

  for (const name of ["dev", "prod"]) {
    it(`${name} needs nothing but the source`, () => {
      const lines = faultsOf({ values: stack(name), secretKeys: new Set() });
      assert.equal(lines.length, 1);
      assert.match(lines[0] ?? "", /^antares:software\.source: .*; it is missing$/);
    });
  }
});
