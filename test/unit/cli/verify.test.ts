import assert from "node:assert/strict";
import { UserError } from "../../../cli/userError";
import { verify } from "../../../cli/verify";
import { failureOf } from "./failure";
import {
  commandType,
  direct,
  empty,
  exported,
  FakePulumi,
  invocation,
  stateJson,
  urnOf,
} from "./fakePulumi";

describe("verify", () => {
  let fake: FakePulumi;
  const accepted = {
    schema: "ready",
    migrations: { expected: 66, applied: 66, last: "0066" },
    countries: [{ iso: "MEX", regions: 32 }],
    nodes: [{ name: "master", files: 42 }],
    gridEngine: { hosts: [{ name: "master" }, { name: "n1" }], queues: ["antares.q"], slots: 6 },
    dask: { workers: 3, nodes: ["n1"] },
  };
  const withResult = (result: object): string =>
    stateJson([
      {
        type: commandType,
        name: "bootstrap-acceptance",
        outputs: { stdout: `${JSON.stringify(result)}` },
      },
    ]);
  const verifying = async (): Promise<string> => {
    const said: string[] = [];
    const original = console.log;
    console.log = (line: string) => said.push(line);
    try {
      await verify(fake.session(), invocation("verify local"));
    } finally {
      console.log = original;
    }
    return said.join("\n");
  };
  afterEach(() => fake.remove());

  it("runs the acceptance alone again and prints its JSON", async () => {
    fake = new FakePulumi([{ on: "stack export", stdout: withResult(accepted) }]);
    assert.deepEqual(JSON.parse(await verifying()), accepted);
    const urn = urnOf(commandType, "bootstrap-acceptance");
    assert.deepEqual(fake.commands(), [
      exported,
      `up --stack local --target-replace ${urn} --skip-preview --yes`,
      exported,
    ]);
    assert.deepEqual(fake.lines, [
      "schema ready, migrations 66 of 66, countries MEX, nodes master, " +
        "Grid Engine 6 slots on 2 hosts, dask 3 workers: accepted",
    ]);
  });

  it("fails when the run fails, and when the result is not what it must be", async () => {
    fake = new FakePulumi([
      { on: "stack export", stdout: withResult(accepted) },
      { on: "up", code: 255 },
    ]);
    assert.deepEqual(await failureOf(verifying()), [
      "verify of stack local failed (exit code 255)",
      "npm run refresh -- local",
    ]);
    fake.remove();
    const partial = { ...accepted, migrations: { expected: 66, applied: 65, last: "0065" } };
    fake = new FakePulumi([{ on: "stack export", stdout: withResult(partial) }]);
    await assert.rejects(verifying(), /^UserError: stack local is not accepted/);
  });

  it("says what to do where nothing has been deployed", async () => {
    fake = new FakePulumi([empty, direct]);
    await assert.rejects(verifying(), (error) => {
      assert(error instanceof UserError);
      assert.equal(error.next, "npm run up -- local");
      return true;
    });
    assert.deepEqual(fake.commands(), [exported, "config --json --stack local --non-interactive"]);
  });
});
