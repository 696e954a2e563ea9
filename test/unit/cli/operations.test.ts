import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { DataDeletion } from "../../../cli/deleteData";
import { deploy, destroy, refresh } from "../../../cli/operations";
import { Pulumi } from "../../../cli/pulumi";
import { projectRoot } from "../../../config/root";
import { failureOf } from "./failure";
import {
  type Answer,
  commandType,
  direct,
  driftedState,
  empty,
  exported,
  FakePulumi,
  invocation,
  urnOf,
} from "./fakePulumi";

const tunnel: Answer = {
  on: "config --json",
  stdout: JSON.stringify({
    "antares:database": { value: "{}", objectValue: { reach: "tunnel" }, secret: false },
  }),
};

const hostType = "pulumi-nodejs:dynamic/antares:HostReady";

describe("wrappers", () => {
  let fake: FakePulumi;
  const use = (...answers: readonly Answer[]): FakePulumi => (fake = new FakePulumi(answers));
  afterEach(() => fake.remove());

  it("up goes on past a failed host and hands arguments on", async () => {
    use(empty);
    await deploy(fake.session(), invocation("up local --yes --skip-preview"));
    assert.deepEqual(fake.commands(), [exported, "up --stack local --yes --skip-preview"]);
    const env = fake.calls()[1]?.env;
    assert.equal(env?.["PULUMI_CONTINUE_ON_ERROR"], "true");
    assert.equal(env?.["PULUMI_RUN_PROGRAM"], undefined);
    assert.equal(env?.["PULUMI_PARALLEL"], "32");
    const cache = join(fake.folder, "project", "node_modules", ".cache", "node");
    assert.equal(env?.["NODE_COMPILE_CACHE"], cache);
    const postponed = join(projectRoot, "dist", "components", "postponed.js");
    assert.equal(env?.["NODE_OPTIONS"], `--require "${postponed}"`);
    assert.deepEqual(fake.lines, []);
  });

  it("up keeps the options that are set for Node", async () => {
    use(empty);
    const pulumi = new Pulumi("local", {
      cwd: fake.folder,
      env: { PATH: fake.folder, NODE_OPTIONS: "--no-warnings" },
    });
    await deploy({ ...fake.session(), pulumi }, invocation("up local --yes"));
    const env = fake.calls()[1]?.env;
    assert.match(env?.["NODE_OPTIONS"] ?? "", /^--no-warnings --require ".+postponed\.js"$/);
  });

  it("up stops at the first failure where only one host is deployed, and there is something to lose", async () => {
    const withHosts = (count: number) => {
      const urn = (name: string) => `urn:pulumi:local::antares::${hostType}::machine-${name}-ready`;
      const names = ["master", "node1", "node2"].slice(0, count);
      const resources = names.map((name) => ({ urn: urn(name), type: hostType, custom: true }));
      return JSON.stringify({ version: 3, deployment: { resources } });
    };
    const passed: (string | undefined)[] = [];
    for (const count of [1, 2]) {
      use({ on: "stack export", stdout: withHosts(count) });
      await deploy(fake.session(), invocation("up local --yes"));
      passed.push(fake.calls().at(-1)?.env["PULUMI_CONTINUE_ON_ERROR"]);
    }
    assert.deepEqual(passed, [undefined, "true"]);
  });

  it("up and preview run the repairing command again after drift", async () => {
    use({ on: "stack export", stdout: driftedState });
    const replace = `--replace ${urnOf(commandType, "bootstrap-datacube")}`;
    await deploy(fake.session(), invocation("up local --yes"));
    await deploy(fake.session(), invocation("preview local"));
    assert.deepEqual(fake.commands(), [
      exported,
      `up --stack local ${replace} --yes`,
      exported,
      `preview --stack local ${replace}`,
    ]);
    const line =
      "drift: bootstrap-datacube-state is partial: agdc.dataset is missing; " +
      "running again: bootstrap-datacube";
    assert.deepEqual(fake.lines, [line, line]);
  });

  it("refresh runs the program where only the program opens the tunnel", async () => {
    use(tunnel, empty);
    await refresh(fake.session(), invocation("refresh local --yes"));
    assert.deepEqual(fake.commands(), [
      exported,
      "config --json --stack local --non-interactive",
      "refresh --stack local --yes",
      exported,
    ]);
    assert.equal(fake.calls()[2]?.env["PULUMI_RUN_PROGRAM"], "true");
  });

  it("refresh runs no program otherwise, and names drift with the next command", async () => {
    use(direct, { ...empty, times: 1 }, { on: "stack export", stdout: driftedState });
    await refresh(fake.session(), invocation("refresh local --yes"));
    assert.equal(fake.calls()[2]?.env["PULUMI_RUN_PROGRAM"], undefined);
    assert.deepEqual(fake.lines, [
      "drift: bootstrap-datacube-state is partial: agdc.dataset is missing",
      "next: npm run up -- local",
    ]);
  });

  it("up --refresh runs the program, too, behind a tunnel", async () => {
    use(tunnel, empty);
    await deploy(fake.session(), invocation("up local --refresh"));
    assert.equal(fake.calls()[2]?.env["PULUMI_RUN_PROGRAM"], "true");
  });

  it("destroy leaves what is protected, keeps the data and says so", async () => {
    use(empty);
    await destroy(fake.session(), invocation("destroy local --yes"));
    assert.equal(fake.commands()[1], "destroy --stack local --exclude-protected --yes");
    assert.deepEqual(fake.lines, ["kept: database, share and settings; the next `up` adopts them"]);
  });

  it("destroy --delete-data deletes before it destroys, and stops where that fails", async () => {
    use(empty, direct);
    const order: string[] = [];
    const deletion: DataDeletion = {
      loses: "the database antares",
      run: ({ stack }) => {
        order.push(`delete ${stack} after ${fake.commands().length} calls`);
        return order.length === 1 ? Promise.resolve() : Promise.reject(new Error("busy"));
      },
    };
    const session = { ...fake.session(), dataDeletion: deletion };
    await destroy(session, invocation("destroy local --yes --delete-data"));
    assert.deepEqual(order, ["delete local after 2 calls"]);
    assert.equal(fake.commands().at(-2), "destroy --stack local --exclude-protected --yes");
    assert.deepEqual(fake.lines, ["this deletes for good: the database antares"]);
    const again = destroy(session, invocation("destroy local --yes --delete-data"));
    await assert.rejects(again, /busy/);
    assert.equal(fake.commands().length, 6);
  });

  it("a failure names the next command", async () => {
    use(empty, { on: "up", code: 255, stderr: "error: update failed\n" });
    assert.deepEqual(await failureOf(deploy(fake.session(), invocation("up local"))), [
      "up of stack local failed (exit code 255)",
      "npm run up -- local",
    ]);
  });

  it("a lock that appears meanwhile, and a wrong passphrase, have their own next command", async () => {
    use(
      empty,
      { on: "up", code: 1, stderr: "error: the stack is currently locked by 1 lock(s)\n" },
      { on: "destroy", code: 1, stderr: "error: incorrect passphrase\n" },
    );
    const up = await failureOf(deploy(fake.session(), invocation("up local")));
    assert.equal(up[1], "when that run has ended: pulumi cancel --stack local");
    const down = await failureOf(destroy(fake.session(), invocation("destroy local")));
    assert.match(down[1], /^export PULUMI_CONFIG_PASSPHRASE_FILE=FILE/);
  });

  it("an unknown stack is answered by how to make it", async () => {
    use({ on: "stack export", code: 255, stderr: "error: no stack named 'local' found\n" });
    assert.deepEqual(await failureOf(deploy(fake.session(), invocation("up local"))), [
      "cannot read stack local: error: no stack named 'local' found",
      "pulumi stack init local",
    ]);
    assert.deepEqual(fake.commands(), [exported]);
  });

  it("without pulumi on PATH it says how to get it", async () => {
    use();
    const session = fake.session();
    fake.remove();
    const [message, next] = await failureOf(deploy(session, invocation("up local")));
    assert.equal(message, "there is no `pulumi` on PATH");
    assert.match(next, /^install it .* or use the rehearsal's: eval "\$\(npm run/);
  });
});

describe("a missing pulumi", () => {
  it("leaves nothing behind that would keep the command line from ending", () => {
    const file = JSON.stringify(join(projectRoot, "dist", "cli", "pulumi.js"));
    const place = '{ cwd: "/", env: { PATH: "/nowhere" } }';
    const text =
      `const { Pulumi } = require(${file});` +
      `new Pulumi("local", ${place}).query(["version"]).catch((e) => console.log(e.message));`;
    const ended = spawnSync(process.execPath, ["-e", text], { encoding: "utf8", timeout: 15_000 });
    assert.deepEqual([ended.status, ended.stdout], [0, "there is no `pulumi` on PATH\n"]);
  }).timeout(20_000);
});
