import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { projectRoot } from "../../../config/root";
import type { DatabaseConnection } from "../../../providers/database/connection";
import { ApplicationDatabase } from "../../../providers/resources/applicationDatabase";
import { DatabaseState } from "../../../providers/resources/databaseState";
import { GeneratedKey } from "../../../providers/resources/generatedKey";
import { GeneratedSecret } from "../../../providers/resources/generatedSecret";
import { HostReady } from "../../../providers/resources/hostReady";
import { SchemaOwnership } from "../../../providers/resources/schemaOwnership";
import { VerifiedState } from "../../../providers/resources/verifiedState";
import { isSecret, registered } from "./registered";

const ssh = { host: "captured-host", port: 22, user: "root", privateKey: "captured-key" };
const connection: DatabaseConnection = {
  ...{ host: "captured-host", port: 5432, database: "captured-db", user: "captured-user" },
  ...{ password: "captured-password", sslmode: "prefer", ssh },
};
const needs = { service: { user: "captured-user", uid: 7000 }, space: [] };

interface Case {
  readonly type: string;
  readonly module: string;
  readonly lifecycle: string;
  /** Keys of the inputs, in order of the alphabet. */
  readonly keys: readonly string[];
  readonly secretInputs: readonly string[];
  readonly secretOutputs: readonly string[];
  readonly make: (name: string, opts?: pulumi.CustomResourceOptions) => pulumi.Resource;
}

const cases: readonly Case[] = [
  {
    type: "HostReady",
    module: "host/hostReady",
    lifecycle: "hostReady",
    keys: ["name", "needs", "ssh", "waitSeconds"],
    secretInputs: ["ssh"],
    secretOutputs: ["ssh"],
    make: (name, opts) =>
      new HostReady(name, { name: "captured", ssh, needs, waitSeconds: 9 }, opts),
  },
  {
    type: "GeneratedSecret",
    module: "secret",
    lifecycle: "generatedSecret",
    keys: ["length", "rotation"],
    secretInputs: [],
    secretOutputs: ["value"],
    make: (name, opts) => new GeneratedSecret(name, { length: 32, rotation: "captured" }, opts),
  },
  {
    type: "GeneratedKey",
    module: "ssh/keys",
    lifecycle: "generatedKey",
    keys: ["rotation"],
    secretInputs: [],
    secretOutputs: ["privateKey"],
    make: (name, opts) => new GeneratedKey(name, { rotation: "captured" }, opts),
  },
  {
    type: "ApplicationDatabase",
    module: "database/applicationDatabase",
    lifecycle: "applicationDatabase",
    keys: ["connection", "database", "password", "role"],
    secretInputs: ["connection", "password"],
    secretOutputs: ["connection", "password"],
    make: (name, opts) => {
      const args = { role: "captured", database: "captured", password: "captured" };
      return new ApplicationDatabase(name, { connection, ...args }, opts);
    },
  },
  {
    type: "DatabaseState",
    module: "aws/databaseState",
    lifecycle: "databaseState",
    keys: ["identifier", "region", "state"],
    secretInputs: [],
    secretOutputs: [],
    make: (name, opts) => {
      const args = { identifier: "captured", region: "us-east-1", state: "stopped" } as const;
      return new DatabaseState(name, args, opts);
    },
  },
  {
    type: "SchemaOwnership",
    module: "database/schemaOwnership",
    lifecycle: "schemaOwnership",
    keys: ["connection", "owner"],
    secretInputs: ["connection"],
    secretOutputs: ["connection"],
    make: (name, opts) => new SchemaOwnership(name, { connection, owner: "captured" }, opts),
  },
  {
    type: "VerifiedState",
    module: "database/verifiedState",
    lifecycle: "verifiedState",
    keys: ["connection", "expected", "repair", "subject"],
    secretInputs: ["connection"],
    secretOutputs: ["connection"],
    make: (name, opts) => {
      const expected = { isos: ["MEX"] };
      const args = { subject: "countries", expected, repair: "captured" } as const;
      return new VerifiedState(name, { connection, ...args }, opts);
    },
  },
];

describe("shims of the dynamic providers", () => {
  for (const { type, module, lifecycle, keys, secretInputs, secretOutputs, make } of cases) {
    it(`${type}: the text that loads its module, and that module`, async () => {
      const { wire, type: token } = await registered(() => make("one"));
      assert.equal(token, `pulumi-nodejs:dynamic/antares:${type}`);
      assert.equal(
        wire["__provider"],
        `exports.handler = () => require("./dist/providers/${module}.js").${lifecycle};`,
      );
      const load = createRequire(join(projectRoot, "package.json"));
      const { [lifecycle]: found } = load(`./dist/providers/${module}.js`) as Record<
        string,
        object
      >;
      const methods = ["check", "diff", "create", "read", "update", "delete"];
      assert.deepEqual(Object.keys(found ?? {}), methods);
    });

    it(`${type}: sends its inputs, and the secret ones as secrets`, async () => {
      const { wire } = await registered(() => make("one"));
      const sent = Object.keys(wire).filter((key) => key !== "__provider");
      assert.deepEqual(sent.sort(), keys);
      assert.deepEqual(
        keys.filter((key) => isSecret(wire[key])),
        secretInputs,
      );
    });

    it(`${type}: marks its outputs, and keeps what the caller marked`, async () => {
      const options = { additionalSecretOutputs: ["other"] };
      const { secretOutputs: marked } = await registered(() => make("one", options));
      assert.deepEqual(marked, ["other", ...secretOutputs]);
    });
  }

  it("leaves the connection out where the host is the deployer itself", async () => {
    const { wire } = await registered(() => new HostReady("here", { name: "here", needs }));
    assert.deepEqual(Object.keys(wire).sort(), ["__provider", "name", "needs"]);
  });

  it("hands the unwrapped inputs through, connection and all", async () => {
    const { inputs } = await registered(
      () => new SchemaOwnership("one", { connection: pulumi.secret(connection), owner: "gis" }),
    );
    assert.deepEqual(inputs["connection"], connection);
  });
});
