import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { projectRoot } from "../../config/root";
import { lastLines } from "../../rehearsal/engine/process";
import { Sandbox, script } from "./sandbox";

const LOG = "last lines of m1:/var/log/antares/share.log";

const report = (code: number, lines: readonly string[], reason: readonly string[] = []): string =>
  [
    `phase share failed on host m1: exit code ${code}`,
    ...reason,
    LOG,
    ...lines.map((line) => `  | ${line}`),
    "next: npm run up -- x",
    "",
  ].join("\n");

/** The report without the line that tells the time. */
const timeless = (text: string): string => text.replace(/^ {2}\| --- .* share\n/gm, "");

describe("the frame of a script", () => {
  let box = new Sandbox();
  beforeEach(() => (box = new Sandbox()));
  afterEach(() => box.remove());

  it("gives the result to the caller and everything else to the log", async () => {
    const done = await box.run(script(`echo out; echo err >&2; emit '{"a": 1}'; echo more`));
    assert.deepEqual([done.code, done.stdout, done.stderr], [0, '{"a": 1}\n', ""]);
    assert.deepEqual(box.log(), ["out", "err", "more"]);
    const log = readFileSync(box.path("log", "antares", "share.log"), "utf8");
    assert.match(log, /^--- \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ share\n/);
  });

  it("keeps the log to root, and leaves nothing but the lock", async () => {
    await box.run(script("umask 000"));
    assert.equal(box.mode("log", "antares"), "700");
    assert.equal(box.mode("log", "antares", "share.log"), "600");
    assert.deepEqual(box.left(), ["antares-bootstrap.lock"]);
  });

  it("reports a failure: phase, host, exit code, last 20 lines, log, next command", async () => {
    const done = await box.run(script('for i in $(seq 30); do echo "line $i"; done; (exit 7)'));
    const lines = Array.from({ length: 20 }, (_, i) => `line ${i + 11}`);
    assert.deepEqual([done.code, done.stdout, done.stderr], [7, "", report(7, lines)]);
    assert.deepEqual(box.left(), ["antares-bootstrap.lock"]);
  });

  it("reports a foreseen fault in its own words", async () => {
    const done = await box.run(script('fail "no room" on "$ANTARES_HOST"; echo never'));
    assert.equal(done.code, 1);
    assert.equal(timeless(done.stderr), report(1, ["error: no room on m1"]));
  });

  it("reports one that was met while its output is taken", async () => {
    const done = await box.run(
      script('inner() { fail "no room"; }; inner | cat >/dev/null; echo never'),
    );
    assert.equal(timeless(done.stderr), report(1, ["error: no room"]));
  });

  it("stops at the first failure, in a pipe and at an unset variable too", async () => {
    for (const body of ["false | true; echo never", 'echo "$UNSET"; echo never']) {
      const done = await box.run(script(body));
      assert.equal(done.code, 1, lastLines(done));
      assert.ok(!box.log().includes("never"));
    }
  });

  it("shows no secret, whatever is in it, and cuts long lines after that", async () => {
    const values = {
      PASSWORD: `p*[a]?'"\\$x`,
      FILE: "user=jane\npassword=of jane\n",
      OPEN: "not a secret",
    };
    const long = "a".repeat(395);
    const body = [
      'printf "%s\\n" "x${PASSWORD}y${PASSWORD}" "$FILE" "$OPEN"',
      `printf '%s%s\\n' ${long} "$PASSWORD"`,
      "exit 3",
    ];
    const done = await box.run(script(body.join("\n"), { values, secrets: ["PASSWORD", "FILE"] }));
    const shown = ["x[secret]y[secret]", "[secret]", "[secret]", "", "not a secret"];
    const lines = [...shown, `${long}[secr`];
    assert.equal(timeless(done.stderr), report(3, lines));
    assert.ok(box.log().includes("password=of jane"), "the log is root's alone");
  });

  it("says that its time was over", async () => {
    const done = await box.run(script("echo begun; sleep 60"), "1s");
    const reason = ["the time limit of 5m was reached, or the run was ended"];
    // bash itself notes in the log how its child ended.
    const text = timeless(done.stderr).replace(/^ {2}\| .*Terminated.*\n/gm, "");
    assert.deepEqual([done.code, text], [124, report(124, ["begun"], reason)]);
    assert.ok(done.seconds < 20);
    assert.deepEqual(box.left(), ["antares-bootstrap.lock"]);
  });

  it("waits for a run that is still at work on the host", async () => {
    const order = box.path("run", "order");
    const first = box.run(
      script("echo first-begins >>/run/order; sleep 2; echo first >>/run/order"),
    );
    for (let waited = 0; !existsSync(order) && waited < 10_000; waited += 20) await sleep(20);
    const second = await box.run(script("echo second >>/run/order"));
    assert.deepEqual([(await first).code, second.code], [0, 0]);
    assert.equal(readFileSync(order, "utf8"), "first-begins\nfirst\nsecond\n");
    const waiting = "waiting for an earlier run that is still at work on this host";
    assert.deepEqual(box.log(), [waiting]);
  });

  it("of one that may run beside others waits for its like only", async () => {
    const order = box.path("run", "order");
    const lane = { frame: { lane: "database-server" } };
    const own = script("echo beside-begins >>/run/order; sleep 2; echo beside >>/run/order", lane);
    const first = box.run(own);
    for (let waited = 0; !existsSync(order) && waited < 10_000; waited += 20) await sleep(20);
    const other = box.run(script("echo other >>/run/order"));
    const like = box.run(script("echo like >>/run/order", lane));
    const done = await Promise.all([first, other, like]);
    assert.deepEqual(
      done.map(({ code }) => code),
      [0, 0, 0],
    );
    assert.equal(readFileSync(order, "utf8"), "beside-begins\nother\nbeside\nlike\n");
    const locks = ["antares-bootstrap-database-server.lock", "antares-bootstrap.lock", "order"];
    assert.deepEqual(box.left(), locks);
  });

  it("gives daemons neither the lock nor the caller's streams", async () => {
    const list = "bash -c 'for fd in 3 4 9; do [ ! -e /proc/$$/fd/$fd ] || echo -n $fd; done'";
    const done = await box.run(script(`emit "$(${list})"\nemit "$(daemon ${list})"`));
    assert.deepEqual([done.code, done.stdout], [0, "349\n\n"]);
  });

  it("gives neither to what runs on beside it", async () => {
    const own = "readlink /proc/$$/fd/3 /proc/$$/fd/4 /proc/$$/fd/9";
    const held = `readlink /proc/$!/fd/* | grep -cFx "$(${own})"`;
    const loop = "going_on() { while kill -0 $$; do sleep 0.1; done; }";
    const count = (start: string): string =>
      script(`${loop}\n${start}\nsleep 0.3\necho "held: $(${held} || true)"`);
    await box.run(count("beside going_on"));
    await box.run(count("going_on &"));
    assert.deepEqual(box.log(), ["held: 0", "held: 3"]);
  });

  it("has nothing on standard input for the programs inside", async () => {
    const done = await box.run(script('cat; read -r line || emit "$(readlink /proc/self/fd/0)"'));
    assert.deepEqual([done.code, done.stdout], [0, "/dev/null\n"]);
  });

  it("brings files along for its own time", async () => {
    const path = "components/bootstrap/software/tools.txt";
    const source = { assets: { "tools.txt": path } };
    const file = '"$ANTARES_WORK/tools.txt"';
    const body = `emit "$(stat -c %a ${file}) $(sha256sum <${file})"; cp ${file} /run/copy`;
    const done = await box.run(script(body, { source }));
    assert.match(done.stdout, /^644 /);
    assert.deepEqual(readFileSync(box.path("run", "copy")), readFileSync(join(projectRoot, path)));
    assert.deepEqual(box.left(), ["antares-bootstrap.lock", "copy"]);
  });

  it("refuses to run without root's rights, and says so", async () => {
    const text = script("emit done");
    const inside = `setpriv --reuid=65534 --regid=65534 --clear-groups bash -s <<'SCRIPT'\n${text}SCRIPT\n`;
    const done = await box.run(inside);
    const message = "phase share: root rights are needed on m1\n";
    assert.deepEqual([done.code, done.stdout, done.stderr], [1, "", message]);
  });
});
