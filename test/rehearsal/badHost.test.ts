import { strict as assert } from "node:assert";
import { cpSync } from "node:fs";
import { join } from "node:path";
import type { CommandResult } from "../../rehearsal/hosts/command";
import { standInSource } from "../../rehearsal/run/configuration";
import { useDeployment } from "../fixtures/deployment";
import { removeSettings } from "../fixtures/settings";
import { assertNothingToDo, assertVerified } from "../fixtures/verification";

/** Of a program that was refused its configuration; the SDK can hang for 40 s on other errors. */
const LIMIT_MS = 10_000;

function assertFails(done: CommandResult, lines: readonly string[]): void {
  assert.notEqual(done.code, 0, done.stdout);
  const text = done.stdout + done.stderr;
  for (const line of lines) assert.ok(text.includes(line), `${line}\nis missing in:\n${text}`);
  assert.doesNotMatch(text, /^ +at .*\.js:\d+/m);
}

describe("bad settings and bad hosts", function () {
  this.timeout(600_000);
  const machine = useDeployment({ label: "bad-host", from: "ready" });
  const up = () => machine().run(["up", "local", "--yes"]);

  it("faults of the configuration: all at once, without a trace, and at once", async () => {
    await machine().set(
      { key: "antares:databse.name", value: "x" },
      { key: "antares:database.nam", value: "x" },
      { key: "antares:service.uid", value: "12" },
    );
    const begun = Date.now();
    assertFails(await up(), [
      "the configuration of this stack has 3 faults:",
      "antares:databse: expected a known key; did you mean antares:database?",
      "antares:database.nam: expected a known property; did you mean antares:database.name?",
      "antares:service.uid is 12: expected a user id from 1000 to 59999",
      "next: npm run up -- local",
    ]);
    assert.ok(Date.now() - begun < LIMIT_MS, `${Date.now() - begun} ms`);
    await removeSettings(machine(), "antares:databse", "antares:database", "antares:service");
    await assertNothingToDo(machine());
  });

  it("faults of the host: a port and a UID that are somebody else's, too little room", async () => {
    await machine().bash(`useradd --uid 6001 --no-create-home somebody
      mkdir -p /srv/small && mount -t tmpfs -o size=64m tmpfs /srv/small
      (setsid python3 -m http.server --bind 127.0.0.1 5999 >/dev/null 2>&1 9>&- & echo $! >/run/taker)
      for _ in $(seq 50); do (: >/dev/tcp/127.0.0.1/5999) 2>/dev/null && break; sleep 0.1; done`);
    await machine().set(
      { key: "antares:service.uid", value: "6001" },
      { key: "antares:service.user", value: "other" },
      { key: "antares:service.home", value: "/home/other" },
      { key: "antares:database.port", value: "5999" },
      { key: "antares:share.path", value: "/srv/small" },
    );
    assertFails(await up(), [
      "UID 6001 belongs to user somebody, not to other (service.uid)",
      "port 5999 is taken by another program, python3 (database.port)",
      "/srv/small has 64 MiB free, needs 2048 MiB",
      "next: npm run up -- local",
    ]);
    assert.equal(await machine().bash("ls -A /srv/small"), "");
    assert.equal(await machine().bash("getent passwd other || true"), "");
    await machine().bash("kill $(cat /run/taker); umount /srv/small");
    await removeSettings(machine(), "antares:service", "antares:database", "antares:share");
    await assertNothingToDo(machine());
  });

  it("a share that fills up while software is built; with more room, a source that is not madmex", async () => {
    // The share as it is, on a file system of its own that has hardly any room.
    await machine().bash(`used=$(du -sm /srv/antares | cut -f1)
      mount -t tmpfs -o mode=755,size=$((used + 40))m tmpfs /mnt
      cp -a /srv/antares/. /mnt/ && mount --move /mnt /srv/antares`);
    const source = join(machine().session.folder, "antares");
    cpSync(standInSource, source, { recursive: true });
    await machine().bash(`sed -i 's/^name = "madmex"/name = "antares"/' ${source}/pyproject.toml`);
    await machine().set({ key: "antares:software.source", value: source });
    assertFails(await up(), [
      "phase software failed on host master: exit code",
      "No space left on device",
      "last lines of master:/var/log/antares/software.log",
      "next: npm run up -- local",
    ]);
    const houses = "find /srv/antares/wheelhouse -mindepth 1 -maxdepth 1 -not -name '.*' | wc -l";
    assert.equal(await machine().bash(houses), "1");

    await machine().bash("mount -o remount,size=4g /srv/antares");
    assertFails(await up(), [
      "phase software failed on host master: exit code 1",
      `error: software.source: ${source} is the distribution antares, not madmex`,
      "next: npm run up -- local",
    ]);
    assert.equal(await machine().bash(houses), "1");

    await machine().set({ key: "antares:software.source", value: standInSource });
    const done = await up();
    assert.equal(done.code, 0, done.stdout + done.stderr);
    await assertVerified(machine());
    await assertNothingToDo(machine());
  });
});
