import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { variants } from "./configuration";
import { nameOf } from "./golden";
import { runProgram } from "./harness";

describe("what a preflight warns of", () => {
  const { warn } = pulumi.log;
  let told: [string, string][] = [];
  beforeEach(() => {
    told = [];
    const heard = (message: string, resource: pulumi.Resource): Promise<void> => {
      resource.urn.apply((urn) => told.push([message, nameOf(urn)]));
      return Promise.resolve();
    };
    Object.assign(pulumi.log, { warn: heard });
  });
  afterEach(() => void Object.assign(pulumi.log, { warn }));

  it("is told of its host in each run", async () => {
    const warnings = ["is fedora 40, not debian 12: this is not rehearsed"];
    await runProgram({ config: variants["local-ssh"], preview: false, warnings });
    assert.deepEqual(told, [
      ["host master is fedora 40, not debian 12: this is not rehearsed", "machine-master-ready"],
    ]);
    told = [];
    await runProgram({ config: variants["local-ssh"], preview: false });
    assert.deepEqual(told, []);
  });
});
