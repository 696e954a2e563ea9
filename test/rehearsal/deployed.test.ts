import { strict as assert } from "node:assert";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import { useDeployment } from "../fixtures/deployment";
import { assertNothingToDo } from "../fixtures/verification";

describe("a deployed machine", function () {
  this.timeout(600_000);
  const machine = useDeployment({ label: "deployed", from: "ready" });

  it("has nothing to change", () => assertNothingToDo(machine()));

  it("verifies again with the operator's command", async () => {
    const done = await machine().run(["verify", "local"]);
    assert.equal(done.code, 0, done.stdout + done.stderr);
    assert.match(done.stdout, /"schema": "ready"/);
  });

  it("is deployed by npm run local as well, with state and passphrase of its own", async () => {
    // A person who has configured neither backend nor passphrase, and a stack that never had one.
    const file = join(projectRoot, "Pulumi.local.yaml");
    await machine().bash(
      `text=$(grep -v ^encryptionsalt ${file}) && printf '%s\\n' "$text" >${file}`,
    );
    const nobody = { PULUMI_BACKEND_URL: undefined, PULUMI_CONFIG_PASSPHRASE: undefined };
    const first = await machine().run(["local", "--yes"], nobody);
    assert.equal(first.code, 0, first.stdout + first.stderr);
    assert.match(first.stdout.split("\n")[0] ?? "", /^this changes THIS machine: .*port 5433/);
    const folder = "$HOME/.local/state/antares3-deployment";
    assert.equal(await machine().bash(`stat -c %a ${folder}/passphrase`), "600");
    const second = await machine().run(["local", "--yes"], nobody);
    assert.equal(second.code, 0, second.stdout + second.stderr);
    assert.match(second.stdout, /\d+ unchanged/);
    assert.doesNotMatch(second.stdout, /created|updated|replaced/);
    assert.equal(await machine().sql("select count(*) from madmex_region"), "3");
  });
});
