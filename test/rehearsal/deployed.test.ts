import { strict as assert } from "node:assert";
import { useDeployment } from "../fixtures/deployment";

describe("a deployed machine", function () {
  this.timeout(600_000);
  const machine = useDeployment({ label: "deployed", from: "ready" });

  it("has nothing to change", async () => {
    const result = await machine().cli.up();
    assert.equal(result.code, 0, result.stdout + result.stderr);
    const { same, ...changes } = result.changes;
    assert.deepEqual(changes, { create: 0, update: 0, replace: 0, delete: 0 });
    assert.ok(same > 15, `${same} resources`);
  });

  it("verifies again with the operator's command", async () => {
    const done = await machine().run(["verify", "local"]);
    assert.equal(done.code, 0, done.stdout + done.stderr);
    assert.match(done.stdout, /"schema": "ready"/);
  });
});
