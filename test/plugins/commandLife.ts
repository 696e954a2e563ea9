import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { unknownValue } from "../../rehearsal/plugins/values";
import { connectionTo, local, messageOf, remote, rowsOf, type Row } from "./bench";

const row = rowsOf("command");

/** When commands run: create, update, replace, delete; and when nothing does. */
export const commandLife: readonly Row[] = [
  row("changed triggers replace: new create, then old delete", async (bench) => {
    const driver = await bench.driver("command");
    const log = bench.path("log");
    const inputs = (trigger: string) => ({
      create: `echo create ${trigger} >> ${log}`,
      delete: `echo delete ${trigger} >> ${log}`,
      update: `echo update ${trigger} >> ${log}`,
      triggers: [trigger],
    });
    assert.equal(await driver.up(local(inputs("a"))), "create");
    assert.equal(await driver.up(local(inputs("b"))), "replace");
    assert.equal(readFileSync(log, "utf8"), "create a\ncreate b\ndelete a\n");
    await driver.destroy("command");
    assert.equal(readFileSync(log, "utf8"), "create a\ncreate b\ndelete a\ndelete b\n");
  }),
  row("a changed input runs update, and create where there is none", async (bench) => {
    const driver = await bench.driver("command");
    const log = bench.path("log");
    const create = `cat >> ${log}`;
    assert.equal(await driver.up(local({ create, stdin: "1" })), "create");
    assert.equal(await driver.up(local({ create, stdin: "2" })), "update");
    const update = `echo update >> ${log}`;
    assert.equal(await driver.up(local({ create, stdin: "3", update })), "update");
    assert.equal(readFileSync(log, "utf8"), "12update\n");
  }),
  row("a connection alone that changed runs create again", async (bench) => {
    const driver = await bench.driver("command");
    const sshd = await bench.sshd();
    const log = bench.path("log");
    const create = `echo run >> ${log}`;
    await driver.up(remote(sshd, { create }));
    const connection = connectionTo(sshd, { perDialTimeout: 14 });
    assert.equal(await driver.up(remote(sshd, { create, connection })), "update");
    assert.equal(readFileSync(log, "utf8"), "run\nrun\n");
  }),
  row("neither a plan nor an up without change connects", async (bench) => {
    const driver = await bench.driver("command");
    const sshd = await bench.sshd();
    await driver.up(remote(sshd, { create: "true", triggers: ["a"] }));
    const before = sshd.connections();
    assert.equal(await driver.plan(remote(sshd, { create: "false" })), "replace");
    assert.equal(await driver.plan(remote(sshd, { create: "true" }, "new")), "create");
    assert.equal(await driver.up(remote(sshd, { create: "true", triggers: ["a"] })), "same");
    assert.equal(sshd.connections(), before);
  }),
  row("a failing update keeps the old state and is tried again", async (bench) => {
    const driver = await bench.driver("command");
    await driver.up(local({ create: "echo first" }));
    const before = driver.state("command");
    const failing = local({ create: "echo second", update: "echo broken; exit 3" });
    assert.equal(
      await messageOf(driver.up(failing)),
      'exit status 3: running "echo broken; exit 3":\nbroken\n',
    );
    assert.deepEqual(driver.state("command"), before);
    assert.equal(await driver.plan(failing), "update");
  }),
  row("without delete a destroy does not connect", async (bench) => {
    const driver = await bench.driver("command");
    const sshd = await bench.sshd();
    await driver.up(remote(sshd, { create: "true" }));
    const before = sshd.connections();
    await driver.destroy("command");
    assert.equal(sshd.connections(), before);
  }),
  row("without create nothing runs and the outputs are empty", async (bench) => {
    const driver = await bench.driver("command");
    const sshd = await bench.sshd();
    const before = sshd.connections();
    assert.equal(await driver.up(remote(sshd, { delete: "true" })), "create");
    assert.equal(driver.state("command")?.["stdout"], "");
    assert.equal(sshd.connections(), before);
  }),
  row("previous outputs are in the environment of update and delete", async (bench) => {
    const driver = await bench.driver("command");
    const tell = 'echo "<$PULUMI_COMMAND_STDOUT|$PULUMI_COMMAND_STDERR>"';
    const log = bench.path("log");
    const inputs = { create: "echo a; echo b >&2", update: tell, delete: `${tell} > ${log}` };
    await driver.up(local(inputs));
    await driver.up(local({ ...inputs, stdin: "changed" }));
    assert.equal(driver.state("command")?.["stdout"], "<a|b>");
    await driver.destroy("command");
    assert.equal(readFileSync(log, "utf8"), "<<a|b>|>\n");
  }),
  row("addPreviousOutputInEnv: false keeps them out", async (bench) => {
    const driver = await bench.driver("command");
    const update = 'echo "<$PULUMI_COMMAND_STDOUT>"';
    const inputs = { create: "echo a", update, addPreviousOutputInEnv: false };
    await driver.up(local(inputs));
    await driver.up(local({ ...inputs, stdin: "changed" }));
    assert.equal(driver.state("command")?.["stdout"], "<>");
  }),
  row("unknown values pass the check and count as a change", async (bench) => {
    const driver = await bench.driver("command");
    const sshd = await bench.sshd();
    await driver.up(remote(sshd, { create: "true", stdin: "a", triggers: ["a"] }));
    const unknowns = [
      remote(sshd, { create: "true", stdin: unknownValue, triggers: ["a"] }),
      remote(sshd, { create: "true", stdin: "a", triggers: [unknownValue] }),
      remote(sshd, { create: unknownValue, triggers: ["a"], connection: unknownValue }),
    ];
    for (const unknown of unknowns) assert.deepEqual((await driver.check(unknown)).failures, []);
    const steps = await Promise.all(unknowns.map((unknown) => driver.plan(unknown)));
    assert.deepEqual(steps, ["update", "replace", "update"]);
  }),
  row("the check fills in the defaults of a connection", async (bench) => {
    const driver = await bench.driver("command");
    const connection = { host: "h", proxy: { host: "p", user: "u" } };
    const resource = { type: "command:remote:Command", name: "c", inputs: { connection } };
    const defaults = { port: 22, user: "root", dialErrorLimit: 10, perDialTimeout: 15 };
    const { inputs, failures } = await driver.check(resource);
    assert.deepEqual(failures, []);
    assert.deepEqual(inputs["connection"], {
      ...defaults,
      host: "h",
      proxy: { ...defaults, host: "p", user: "u" },
    });
  }),
  row("a host that is missing and a command that is no text are refused", async (bench) => {
    const driver = await bench.driver("command");
    const inputs = { connection: { user: "root" }, create: 7 };
    const { failures } = await driver.check({ type: "command:remote:Command", name: "c", inputs });
    const properties = failures.map((failure) => failure.property).sort();
    assert.deepEqual(properties, ["connection.host", "create"]);
  }),
];
