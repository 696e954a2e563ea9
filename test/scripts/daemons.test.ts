import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { Sandbox, script } from "./sandbox";

const source = { parts: ["components/bootstrap/scripts/daemons.sh"] };
const INIT = `#!/bin/sh
### BEGIN INIT INFO
# Provides:          antares-x
# Required-Start:
# Required-Stop:
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
### END INIT INFO
`;

describe("a service of ours", () => {
  let box = new Sandbox();
  beforeEach(() => {
    box = new Sandbox();
    mkdirSync(box.path("sbin"));
    execFileSync("cp", ["-a", "/etc", box.path("etc")]);
    writeFileSync(box.path("etc/init.d/antares-x"), INIT, { mode: 0o755 });
    const told = '#!/bin/sh\necho "$@" >>/run/told\n';
    writeFileSync(box.path("sbin/systemctl"), told, { mode: 0o755 });
  });
  afterEach(() => box.remove());

  /** What is run on a host with an /etc of its own. */
  async function done(body: string): Promise<void> {
    const places = [`${box.path("etc")} /etc`, `${box.path("sbin")} /usr/local/sbin`];
    const own = places.map((pair) => `mount --bind ${pair}`).join(" && ");
    const result = await box.run(
      `${own} && exec bash -s <<'OUTER'\n${script(body, { source })}\nOUTER\n`,
    );
    assert.equal(result.code, 0, result.stderr);
  }
  const dropIn = (): string =>
    readFileSync(box.path("etc/systemd/system/antares-x.service.d/antares.conf"), "utf8");

  it("begins at boot, and systemd begins it again where it fails", async () => {
    await done(
      "mkdir -p /run/systemd/system; known_service antares-x on-failure; known_service antares-x on-failure",
    );
    assert.ok(existsSync(box.path("etc/rc2.d/S01antares-x")), "started at boot");
    assert.equal(dropIn(), "[Service]\nRestart=on-failure\nRestartSec=2\n");
    const told = readFileSync(box.path("run/told"), "utf8").trim().split("\n");
    assert.equal(told.at(-1), "daemon-reload");
  });

  it("is prepared for a systemd that is not there", async () => {
    await done("known_service antares-x always");
    assert.equal(dropIn(), "[Service]\nRestart=always\nRestartSec=2\n");
  });
});
