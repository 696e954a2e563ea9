import assert from "node:assert/strict";
import { Sandbox, script } from "./sandbox";

/** A host's package manager: what it is asked goes to the log; BROKEN makes the next installation fail. */
const APT = `
mount -t tmpfs host /var/lib
HAVE=" base " BROKEN=
dpkg-query() { [[ $HAVE != *" \${*: -1} "* ]] || echo installed; }
dpkg() { :; }
apt-get() {
  local words=() word
  for word; do case $word in -* | *::*) ;; *) words+=("$word") ;; esac; done
  echo "apt-get \${words[*]}"
  [ "\${words[0]}" = install ] || return 0
  [ -z "$BROKEN" ] || { BROKEN=; return 100; }
  HAVE+="\${words[*]:1} "
}`;

describe("packages of a host", () => {
  let box = new Sandbox();
  beforeEach(() => (box = new Sandbox()));
  afterEach(() => box.remove());

  /** What the package manager was asked. */
  async function asked(body: string): Promise<string[]> {
    const source = { parts: ["components/host/scripts/packages.sh"] };
    const values = { DEBIAN_MIRROR: "http://mirror.example.org/debian" };
    const done = await box.run(script(`${APT}\n${body}`, { values, source }));
    assert.equal(done.code, 0, done.stderr);
    return box.log().filter((line) => line.startsWith("apt-get "));
  }

  it("are asked for where they are missing, after the lists were fetched", async () => {
    assert.deepEqual(await asked("packages base one two"), [
      ...["apt-get update", "apt-get install one two"],
    ]);
    // The log goes on: nothing more was asked.
    assert.deepEqual(await asked("packages base"), ["apt-get update", "apt-get install one two"]);
  });

  it("come from lists of the same hour", async () => {
    assert.deepEqual(await asked("packages one; packages one two"), [
      ...["apt-get update", "apt-get install one", "apt-get install two"],
    ]);
  });

  for (const [what, change] of [
    ["are older", "touch -d '61 minutes ago' /var/lib/antares/apt/fetched"],
    ["are of another mirror", "DEBIAN_MIRROR=http://other.example.org/debian"],
    ["were never fetched whole", "rm /var/lib/antares/apt/fetched"],
  ] as const) {
    it(`wait for new lists where those ${what}`, async () => {
      assert.deepEqual(await asked(`packages one; ${change}; packages two`), [
        ...["apt-get update", "apt-get install one"],
        ...["apt-get update", "apt-get install two"],
      ]);
    });
  }

  it("are tried again with new lists where one can no longer be had", async () => {
    assert.deepEqual(await asked("packages one; BROKEN=yes; packages two"), [
      ...["apt-get update", "apt-get install one"],
      ...["apt-get install two", "apt-get update", "apt-get install two"],
    ]);
  });

  it("are installed by one script at a time, whose daemons do not keep its turn", async () => {
    const daemon = "apt-get() { sleep 5 & }";
    const body = `${APT}\n${daemon}\npackages one\nflock -w 2 /run/antares-packages.lock echo free`;
    const source = { parts: ["components/host/scripts/packages.sh"] };
    await box.run(script(body, { values: { DEBIAN_MIRROR: "" }, source }));
    assert.ok(box.log().includes("free"), box.log().join("\n"));
    await box.run(
      script(
        `${APT}\n(flock 7; sleep 1; echo before) 7>/run/antares-packages.lock &
      sleep 0.3; packages one; wait`,
        { values: { DEBIAN_MIRROR: "" }, source },
      ),
    );
    assert.deepEqual(box.log().slice(-4), [
      "before",
      "installing: one",
      "apt-get update",
      "apt-get install one",
    ]);
  });

  it("wait until the host's own installation lets dpkg in", async () => {
    const dpkg = 'dpkg() { echo "dpkg $*"; sleep() { dpkg() { :; }; }; return 2; }';
    assert.deepEqual(await asked(`${dpkg}\npackages one`), [
      "apt-get update",
      "apt-get install one",
    ]);
    assert.equal(box.log().filter((line) => line === "dpkg --configure -a").length, 1);
  });

  for (const code of [1, 2]) {
    it(`are not asked for while dpkg ends with ${code}`, async () => {
      const dpkg = `dpkg() { echo "dpkg $*"; return ${code}; }; sleep() { :; }`;
      const body = `${APT}\n${dpkg}\npackages one`;
      const source = { parts: ["components/host/scripts/packages.sh"] };
      const done = await box.run(script(body, { values: { DEBIAN_MIRROR: "" }, source }));
      assert.equal(done.code, code, done.stderr);
      const tries = box.log().filter((line) => line === "dpkg --configure -a").length;
      assert.equal(tries, code === 2 ? 60 : 1);
      assert.ok(!box.log().includes("apt-get update"), box.log().join("\n"));
    });
  }

  it("are answered in the same turn", async () => {
    const body = `${APT}
(flock 7; sleep 1; echo before) 7>/run/antares-packages.lock &
sleep 0.3; echo "an answer" | in_turn cat; wait`;
    const source = { parts: ["components/host/scripts/packages.sh"] };
    const done = await box.run(script(body, { values: { DEBIAN_MIRROR: "" }, source }));
    assert.equal(done.code, 0, done.stderr);
    assert.deepEqual(box.log().slice(-2), ["before", "an answer"]);
  });

  it("are not waited for longer than until they are there", async () => {
    const body = `${APT}
dpkg-query() { [ ! -e "/var/lib/have-\${*: -1}" ] || echo installed; }
(flock 7; sleep 1; touch /var/lib/have-one; exec sleep 30) 7>/run/antares-packages.lock &
sleep 0.3; packages one
flock -n /run/antares-packages.lock echo free || echo "still another's turn"; kill $!`;
    const source = { parts: ["components/host/scripts/packages.sh"] };
    const done = await box.run(script(body, { values: { DEBIAN_MIRROR: "" }, source }));
    assert.equal(done.code, 0, done.stderr);
    assert.deepEqual(box.log().slice(-1), ["still another's turn"]);
  });

  it("fail with the package manager", async () => {
    const source = { parts: ["components/host/scripts/packages.sh"] };
    const body = `${APT}\nBROKEN=yes; packages one; echo never`;
    const done = await box.run(script(body, { values: { DEBIAN_MIRROR: "" }, source }));
    assert.equal(done.code, 100);
    assert.ok(!box.log().includes("never"));
  });
});
