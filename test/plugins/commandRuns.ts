import { strict as assert } from "node:assert";
import { local, messageOf, remote, rowsOf, type Bench, type Row } from "./bench";

const row = rowsOf("command");

/** What a command is given and what comes out of it. */
export const commandRuns: readonly Row[] = [
  row("a failing remote command says status, command and all of its output", async (bench) => {
    const driver = await bench.driver("command");
    const stdin = "echo one; sleep 0.3; echo two >&2; exit 7\n";
    const failing = remote(await bench.sshd(), { create: "timeout -k 30 60 bash -s", stdin });
    assert.equal(
      await messageOf(driver.up(failing)),
      'Process exited with status 7: running "timeout -k 30 60 bash -s":\none\ntwo\n',
    );
    assert.equal(driver.state("command"), undefined);
    assert.equal(await driver.plan(failing), "create");
  }),
  row("a failing local command says status, command and all of its output", async (bench) => {
    const driver = await bench.driver("command");
    const create = 'echo "é\tx"; exit 7';
    assert.equal(
      await messageOf(driver.up(local({ create }))),
      'exit status 7: running "echo \\"é\\tx\\"; exit 7":\né\tx\n',
    );
    assert.equal(driver.state("command"), undefined);
  }),
  row("a command that a signal ends says so", async (bench) => {
    const driver = await bench.driver("command");
    const killed = local({ create: "kill -KILL $$" });
    assert.equal(await messageOf(driver.up(killed)), 'signal: killed: running "kill -KILL $$":\n');
  }),
  row("outputs lose one trailing line feed; inputs are kept beside them", async (bench) => {
    const driver = await bench.driver("command");
    const create = "printf 'a\\n\\n'; printf 'b\\n' >&2";
    await driver.up(remote(await bench.sshd(), { create }));
    assert.equal(driver.state("command")?.["stdout"], "a\n");
    assert.equal(driver.state("command")?.["stderr"], "b");
    assert.equal(driver.state("command")?.["create"], create);
    assert.match(driver.id("command") ?? "", /^command[0-9a-f]{8}$/);
  }),
  row("standard input is passed; without one it is empty", async (bench) => {
    const driver = await bench.driver("command");
    const sshd = await bench.sshd();
    const stdin = "x".repeat(300_000);
    await driver.up(remote(sshd, { create: "wc -c", stdin, logging: "none" }, "given"));
    await driver.up(remote(sshd, { create: "wc -c" }, "none"));
    await driver.up(local({ create: "wc -c" }, "local"));
    assert.equal(driver.state("given")?.["stdout"], "300000");
    assert.equal(driver.state("none")?.["stdout"], "0");
    assert.equal(driver.state("local")?.["stdout"], "0");
  }),
  row("a command that leaves its input unread is no failure", async (bench) => {
    const driver = await bench.driver("command");
    const stdin = "x".repeat(3_000_000);
    await driver.up(remote(await bench.sshd(), { create: "echo done", stdin }, "remote"));
    await driver.up(local({ create: "echo done", stdin }, "local"));
    assert.equal(driver.state("remote")?.["stdout"], "done");
    assert.equal(driver.state("local")?.["stdout"], "done");
  }),
  row("a line of 300 kB passes with logging none", async (bench) => {
    const driver = await bench.driver("command");
    const create = "head -c 300000 /dev/zero | tr '\\0' x";
    await driver.up(remote(await bench.sshd(), { create, logging: "none" }));
    assert.equal(driver.state("command")?.["stdout"], "x".repeat(300_000));
  }),
  ...loggings(),
  row("local: interpreter, folder and environment are used", async (bench) => {
    const driver = await bench.driver("command");
    const create = 'echo "$0 $PWD $COLOUR"';
    const environment = { COLOUR: "green" };
    const inputs = { create, interpreter: ["/bin/bash", "-c"], dir: "/usr", environment };
    await driver.up(local(inputs));
    assert.equal(driver.state("command")?.["stdout"], "/bin/bash /usr green");
  }),
  row("twelve commands of one second run side by side", async (bench) => {
    const driver = await bench.driver("command");
    const sshd = await bench.sshd();
    const names = Array.from({ length: 12 }, (_, index) => `side${index}`);
    const start = Date.now();
    const create = "sleep 1; echo $$";
    await Promise.all(names.map((name) => driver.up(remote(sshd, { create }, name))));
    assert.ok(Date.now() - start < 6000, "they ran one after another");
    const pids = names.map((name) => String(driver.state(name)?.["stdout"]));
    assert.equal(new Set(pids).size, 12);
  }),
];

/** What is logged, by the value of `logging`; what is captured does not depend on it. */
function loggings(): Row[] {
  const expected: readonly [string | undefined, readonly string[]][] = [
    [undefined, ["err1", "out1"]],
    ["stdoutAndStderr", ["err1", "out1"]],
    ["stdout", ["out1"]],
    ["stderr", ["err1"]],
    ["none", []],
  ];
  return expected.map(([logging, lines]) =>
    row(`logging ${logging ?? "by default"} logs ${lines.join(" and ") || "nothing"}`, (bench) =>
      logs(bench, { logging, lines }),
    ),
  );
}

async function logs(
  bench: Bench,
  { logging, lines }: { logging: string | undefined; lines: readonly string[] },
): Promise<void> {
  const driver = await bench.driver("command");
  const create = "echo out1; echo err1 >&2";
  const inputs = logging === undefined ? { create } : { create, logging };
  await driver.up(remote(await bench.sshd(), inputs));
  const own = driver.wire.logged.filter((line) => /^(out|err)\d$/.test(line));
  assert.deepEqual([...own].sort(), lines);
  assert.equal(driver.state("command")?.["stdout"], "out1");
  assert.equal(driver.state("command")?.["stderr"], "err1");
}
