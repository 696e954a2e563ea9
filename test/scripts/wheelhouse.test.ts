import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import { ARCHIVE, DIGEST, SERVICE_UID, SITE, WheelhouseBox } from "./wheelhouseBox";

let box: WheelhouseBox;

const CODE = `${SITE}/madmex/__pycache__/__init__.cpython-311.pyc`;

const members = (): string[] =>
  execFileSync("tar", ["-tf", box.archive], { encoding: "utf8" }).trim().split("\n");

describe("a wheelhouse", function () {
  this.timeout(60_000);
  beforeEach(() => void (box = new WheelhouseBox()));
  afterEach(() => box.remove());

  it("is the finished environment, without what is each host's own", async () => {
    await box.done('make_wheelhouse "$house"');
    assert.deepEqual(readdirSync(box.house).sort(), ["MANIFEST", ARCHIVE]);
    assert.deepEqual(readdirSync(box.houses), [DIGEST]);
    execFileSync("sha256sum", ["--quiet", "-c", "MANIFEST"], { cwd: box.house });
    const own = ["bin/", "bin/antares", "include/", "include/python3.11/"];
    assert.deepEqual(
      members().filter((name) => !name.startsWith("lib/")),
      own,
    );
    assert.ok(members().includes(`${SITE}/madmex/bin/bis/readme.txt`));
    const owners = execFileSync("tar", ["--numeric-owner", "-tvf", box.archive], {
      encoding: "utf8",
    });
    assert.deepEqual([...new Set(owners.match(/ \d+\/\d+ /g))], [" 0/0 "]);
  });

  it("has byte code of all that can be compiled, which is used whatever time its source has", async () => {
    await box.done('make_wheelhouse "$house"');
    const compiled = members().filter((name) => name.endsWith(".pyc"));
    assert.deepEqual(compiled, [`${SITE}/__pycache__/antares3_compat.cpython-311.pyc`, CODE]);
    // Flags of an unchecked hash (PEP 552): the source is not even looked at.
    for (const name of compiled) {
      const flags = readFileSync(box.environment(name)).subarray(4, 8);
      assert.deepEqual([...flags], [1, 0, 0, 0], name);
    }
  });

  it("leaves its maker with a finished environment, which is not unpacked again", async () => {
    await box.done('make_wheelhouse "$house"\ninstall_software "$house" "$(made_hash "$house")"');
    assert.deepEqual(box.log(), ["building"]);
    assert.equal(readlinkSync(box.path("opt", "antares", "venv")), box.venv);
    assert.equal(statSync(box.environment(SITE, "madmex/bin/bis")).uid, SERVICE_UID);
  });

  it("that was lost is packed again from an environment in use, without the licence", async () => {
    await box.done('make_wheelhouse "$house"\ninstall_software "$house" "$(made_hash "$house")"');
    const first = members();
    writeFileSync(box.environment(SITE, "madmex/bin/bis/license.txt"), "secret");
    rmSync(box.manifest);
    mkdirSync(box.path("share", "wheelhouse", ".building.left"));
    await box.done('make_wheelhouse "$house"');
    assert.deepEqual(box.log(), ["building"]);
    assert.deepEqual(members(), first);
    assert.deepEqual(readdirSync(box.houses), [DIGEST]);
  });

  it("is not made of packages that cannot be imported, and is made anew by the next run", async () => {
    const make = 'make_wheelhouse "$house"';
    const failed = `{"modules": 95, "failed": ["madmex.rf"], "owners": ["madmex"]}`;
    const finished = await box.host(make, { VERIFY: `print('${failed}'); raise SystemExit(1)` });
    assert.equal(finished.code, 1);
    assert.deepEqual(box.log(), [
      "building",
      failed,
      "error: modules of madmex cannot be imported, or antares is not its command",
    ]);
    assert.equal(existsSync(box.house), false);
    assert.equal(existsSync(box.environment(".complete")), false);
    await box.done(make);
    assert.deepEqual(readdirSync(box.house).sort(), ["MANIFEST", ARCHIVE]);
  });
});

/** The whole phase, as its step runs it; `changed` is what another version of this program has. */
function phase(changed = "", values: Readonly<Record<string, string>> = {}): Promise<string> {
  const stubs = [
    "use_mirror() { :; }; service_user() { :; }; source_identity() { echo source; }",
    "SHARE=${house%/*/*}",
  ];
  const text = readFileSync(join(projectRoot, "components/bootstrap/scripts/software.sh"), "utf8");
  return box.done([...stubs, changed, text].join("\n"), values);
}

describe("the phase software", function () {
  this.timeout(60_000);
  beforeEach(() => void (box = new WheelhouseBox()));
  afterEach(() => box.remove());

  it("makes a wheelhouse once, and again where it was damaged", async () => {
    const said = await phase();
    const [name = ""] = readdirSync(box.houses);
    const hash = readFileSync(join(box.houses, name, "MANIFEST"), "utf8").slice(0, 64);
    assert.match(`${name} ${hash}`, /^[0-9a-f]{16} [0-9a-f]{64}$/);
    assert.equal(said, `{"wheelhouse": "${name}", "archive": "${hash}", "antares": "1"}\n`);
    assert.equal(await phase(), said);
    assert.deepEqual(box.log(), ["building", `wheelhouse ${name} is complete`]);
    truncateSync(join(box.houses, name, ARCHIVE), 1000);
    assert.equal(await phase(), said);
    execFileSync("sha256sum", ["--quiet", "-c", "MANIFEST"], { cwd: join(box.houses, name) });
  });

  it("makes another one where the way it is made has changed", async () => {
    const ways = ["pip_wheel", "build_antares", "build_wheels", "make_environment", "pack"];
    const said = [await phase()];
    for (const way of ways) {
      const whole = `eval "$(declare -f ${way} | sed '2a : changed;')"`;
      said.push(await phase(whole));
    }
    said.push(await phase("", { VERIFY: "print('{}')  # otherwise" }));
    assert.equal(new Set(said).size, 7);
    assert.equal(readdirSync(box.houses).length, 7);
  });
});
