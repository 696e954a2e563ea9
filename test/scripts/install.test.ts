import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DIGEST, PYTHON, SERVICE_UID, SITE, WheelhouseBox } from "./wheelhouseBox";

let box: WheelhouseBox;

async function refused(fault: string): Promise<void> {
  const finished = await box.host('install_software "$house" "$HASH"');
  assert.deepEqual([finished.code, finished.stdout], [1, ""]);
  assert.equal(box.lastLog(), `error: ${fault}`);
  assert.equal(existsSync(box.environment(".complete")), false);
  assert.equal(existsSync(box.path("opt", "antares", "venv")), false);
}

/** Another host: nothing but the share is there. */
function anotherHost(): void {
  renameSync(box.path("opt"), box.path("master"));
  mkdirSync(box.path("opt"));
}

/** Every path below a folder, with its mode. */
const tree = (folder: string): string =>
  execFileSync("find", [folder, "-printf", "%P %m\n"], { encoding: "utf8" })
    .split("\n")
    .sort()
    .join("\n");

describe("a host's installation", function () {
  this.timeout(60_000);
  beforeEach(async () => {
    box = new WheelhouseBox();
    await box.done('make_wheelhouse "$house"');
    box.hash = readFileSync(box.manifest, "utf8").slice(0, 64);
    anotherHost();
  });
  afterEach(() => box.remove());

  it("is the environment of the master, and its service user's where that writes", async () => {
    await box.done('install_software "$house" "$HASH"');
    assert.equal(tree(box.environment()), tree(box.path("master", "antares", DIGEST)));
    assert.equal(statSync(box.environment(SITE, "madmex")).uid, 0);
    assert.equal(statSync(box.environment(SITE, "madmex/bin/bis")).uid, SERVICE_UID);
    assert.equal(statSync(box.environment(SITE, "madmex/bin/bis/readme.txt")).uid, SERVICE_UID);
    assert.equal(await box.done(`emit "$(/opt/antares/venv/bin/antares)"`), "42 1\n");
    // What is complete is left alone: no damage of the share matters to it.
    rmSync(box.house, { recursive: true });
    await box.done('install_software "$house" "$HASH"');
    assert.deepEqual(box.log(), ["building", `installing from ${box.house}`]);
  });

  it("is by the Python that the host is told to use", async () => {
    symlinkSync(PYTHON, box.path("opt", "own-python"));
    await box.done('install_software "$house" "$HASH"', { PYTHON: "/opt/own-python" });
    assert.equal(readlinkSync(box.environment("bin/own-python")), "/opt/own-python");
    assert.match(readFileSync(box.environment("pyvenv.cfg"), "utf8"), /^home = \/opt$/m);
    assert.equal(await box.done(`emit "$(${box.venv}/bin/antares)"`), "42 1\n");
  });

  it("is begun anew where it was cut off", async () => {
    await box.done('install_software "$house" "$HASH"');
    rmSync(box.environment(".complete"));
    writeFileSync(box.environment(SITE, "left.py"), "half");
    rmSync(box.environment(SITE, "madmex/__init__.py"));
    await box.done('install_software "$house" "$HASH"');
    assert.equal(tree(box.environment()), tree(box.path("master", "antares", DIGEST)));
  });

  it("is not complete while it is being unpacked", async () => {
    const killed = 'tar() { command tar "$@"; kill -KILL $$; }\ninstall_software "$house" "$HASH"';
    assert.notEqual((await box.host(killed)).code, 0);
    assert.ok(existsSync(box.environment(SITE, "madmex/__init__.py")));
    assert.equal(existsSync(box.environment(".complete")), false);
    assert.equal(existsSync(box.path("opt", "antares", "venv")), false);
  });

  const damaged = (): string =>
    `the wheelhouse ${box.house} is not what was made: its archive has another sha256 than ${box.hash}`;

  it("is refused where a byte of the archive has changed", async () => {
    const bytes = readFileSync(box.archive);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(box.archive, bytes);
    await refused(damaged());
  });

  it("is refused where the archive was cut off, or is not there", async () => {
    truncateSync(box.archive, statSync(box.archive).size - 1);
    await refused(damaged());
    rmSync(box.archive);
    await refused(damaged());
  });

  it("is refused where the archive is another one, however well it unpacks", async () => {
    const other = join(box.path("master", "antares"), DIGEST);
    writeFileSync(join(other, SITE, "madmex", "more.py"), "more = 1\n");
    execFileSync("bash", ["-c", `tar -C ${other} -cf - bin lib | zstd -qf -o ${box.archive}`]);
    await refused(damaged());
  });

  it("is refused where the archive is another one, and the manifest says the same", async () => {
    const other = join(box.path("master", "antares"), DIGEST);
    writeFileSync(join(other, SITE, "madmex", "more.py"), "more = 1\n");
    execFileSync("bash", ["-c", `tar -C ${other} -cf - bin lib | zstd -qf -o ${box.archive}`]);
    execFileSync("bash", ["-c", "sha256sum ./environment.tar.zst >MANIFEST"], { cwd: box.house });
    await refused(damaged());
  });

  /** Not for the archive's sake, which is not blamed. */
  async function notUnpacked(before: string): Promise<void> {
    const finished = await box.host(`${before}\ninstall_software "$house" "$HASH"`);
    assert.equal(finished.code, 1);
    const said = `the environment of ${box.house} cannot be unpacked into ${box.venv}`;
    assert.equal(box.lastLog(), `error: ${said}`);
    assert.equal(existsSync(box.environment(".complete")), false);
  }

  it("is refused where the disk is full", async () => {
    // Full from when there is something to unpack.
    await notUnpacked(`mkdir -p /opt/antares && mount -t tmpfs -o size=1m tmpfs /opt/antares
      tar() { head -c 1m /dev/zero >/opt/antares/other || true; command tar "$@"; }`);
    assert.ok(box.log().some((line) => line.endsWith("No space left on device")));
  });

  it("is refused where what unpacks it ends early", async () => {
    await notUnpacked("tar() { return 2; }");
  });

  it("is refused for another version of Python", async () => {
    // As Python 3.12 would: its packages are in another folder.
    const moved = `empty_environment() { mkdir -p ${box.venv}/bin && cat >${box.venv}/bin/python && chmod +x ${box.venv}/bin/python; } <<'P'
#!/bin/sh
echo ${box.venv}/lib/python3.12/site-packages
P`;
    const finished = await box.host(`${moved}\ninstall_software "$house" "$HASH"`);
    assert.equal(finished.code, 1);
    const said = `the wheelhouse ${box.house} was made for another version of Python than ${PYTHON}`;
    assert.equal(box.lastLog(), `error: ${said}`);
    assert.equal(existsSync(box.environment(".complete")), false);
  });
});
