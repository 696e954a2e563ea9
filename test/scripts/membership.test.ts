import assert from "node:assert/strict";
import { Sandbox, script } from "./sandbox";

const source = {
  parts: ["components/bootstrap/scripts/daemons.sh", "components/bootstrap/scripts/membership.sh"],
};

describe("a node's wait for its master", () => {
  let box = new Sandbox();
  beforeEach(() => (box = new Sandbox()));
  afterEach(() => box.remove());

  /** Whether a node takes its master for one at work, where both have left these marks. */
  async function atWork(marks: string): Promise<string> {
    const values = { SHARE: "/run/share", NODE_NAME: "n1" };
    const body = `
rm -rf "$SHARE"
mkdir -p "$SHARE/state/joined" "$SHARE/membership/nodes"
mark() { touch -d "$2" "$SHARE/$1"; }
${marks}
if master_at_work; then emit yes; else emit no; fi`;
    const done = await box.run(script(body, { values, source }));
    assert.equal(done.code, 0, done.stderr);
    return done.stdout.trim();
  }
  const own = "mark state/joined/n1.at-work 12:00:00";

  it("is for one that marks the share as it does itself, whatever the host's clock says", async () => {
    assert.equal(await atWork(`${own}; mark membership/nodes/.master 11:59:31`), "yes");
    assert.equal(await atWork(`${own}; mark membership/nodes/.master 12:00:40`), "yes");
  });

  it("is not for one that has stopped to, or was never there", async () => {
    assert.equal(await atWork(`${own}; mark membership/nodes/.master 11:59:30`), "no");
    assert.equal(await atWork(own), "no");
    assert.equal(await atWork("mark membership/nodes/.master 12:00:00"), "no");
  });
});

describe("a node that joins", () => {
  it("needs a name with a domain: the master would take no other for a node's", async () => {
    const box = new Sandbox();
    const body = `
hostname() { [ "$1" = -f ] && echo n1 || echo 10.9.8.7; }
MASTER_FQDN=m.antares.test
join_cluster`;
    const done = await box.run(script(body, { source }));
    box.remove();
    assert.equal(done.code, 1);
    assert.match(
      done.stdout + done.stderr,
      /n1, this host's own name, has no domain, so that the master cannot admit it: put first into \/etc\/hosts: 10\.9\.8\.7 n1\.DOMAIN n1/,
    );
  });
});
