import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../../config/root";

const script = (path: string): string => join(projectRoot, "components", path);

describe("the image of elastic nodes", () => {
  let folder = "";
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "image-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const place = (path: string, text: string): void => {
    const whole = join(folder, path);
    mkdirSync(join(whole, ".."), { recursive: true });
    writeFileSync(whole, text);
  };
  const read = (path: string): string => readFileSync(join(folder, path), "utf8");

  it("has nothing that tells the machine, the cluster, or who may log in", () => {
    const gone = [
      "etc/ssh/ssh_host_ed25519_key",
      "etc/ssh/ssh_host_ed25519_key.pub",
      "root/.ssh/authorized_keys",
      "home/admin/.ssh/authorized_keys",
      "home/admin/.bash_history",
      "var/lib/dbus/machine-id",
      "etc/antares/node.json",
      "usr/local/lib/antares/elastic/bake",
      "var/log/antares/image.log",
    ];
    const kept = ["etc/ssh/sshd_config", "opt/antares/venv/.complete", "home/admin/.profile"];
    for (const path of [...gone, ...kept]) place(path, "x");
    place("etc/machine-id", "5f6d1c0e8f7a4b6f9a0e6f2b1c3d4e5f\n");
    place("etc/fstab", "UUID=1 / ext4 defaults 0 1\nfs:/ /srv/antares nfs4 hard 0 0\n");
    // The function alone: what follows it in the file would begin the work.
    const text = `
      set -euo pipefail
      eval "$(sed -n '/^forget_host()/,/^}/p' "$1")"
      ROOT=$2 SHARE=/srv/antares
      forget_host`;
    const bake = script("bootstrap/scripts/bake.sh");
    execFileSync("bash", ["-c", text, "bash", bake, folder], { timeout: 10_000 });
    for (const path of gone) assert.equal(existsSync(join(folder, path)), false, path);
    for (const path of kept) assert.equal(read(path), "x");
    assert.equal(read("etc/machine-id"), "");
    assert.equal(read("etc/fstab"), "UUID=1 / ext4 defaults 0 1\n");
  });

  const build = (bake: string): { status: number | null; stdout: string } => {
    place("bake", bake);
    if (!existsSync(join(folder, "instance-id"))) place("instance-id", "i-1\n");
    place("build", readFileSync(script("elastic/scripts/builder.sh"), "utf8"));
    return spawnSync("bash", [join(folder, "build")], {
      encoding: "utf8",
      timeout: 20_000,
      env: {
        PATH: process.env["PATH"],
        SHARE: join(folder, "share"),
        INSTANCE_FILE: join(folder, "instance-id"),
        DONE_FILE: join(folder, "done"),
      },
    });
  };

  it("is built once: a machine that starts again after its image was made does nothing", () => {
    assert.equal(build(`echo baked >>${folder}/log`).status, 0);
    assert.equal(read("log"), "baked\n");
    // By then it mounts no share.
    assert.equal(build(`echo baked >>${folder}/log`).status, 0);
    assert.equal(read("log"), "baked\n");
    place("instance-id", "i-2\n");
    assert.equal(build(`echo baked >>${folder}/log`).status, 0);
    assert.equal(read("log"), "baked\nbaked\n");
  });

  it("says on the share why it was not built, but nothing below a bare mount point", () => {
    assert.equal(build("echo no disk; exit 3").status, 1);
    assert.equal(existsSync(join(folder, "share")), false);
    place("share/.antares-share", "x");
    const done = build("echo no disk; exit 3");
    assert.deepEqual([done.status, done.stdout], [1, "no disk\n"]);
    assert.equal(read("share/state/images/i-1.failed"), "no disk\n");
  });

  /** What the master's step prints; `emit` and `fail` are the frame's. */
  const awaited = (): { status: number | null; stdout: string } => {
    const text = `
      emit() { printf 'emits %s\\n' "$1"; }
      fail() { printf 'fails: %s\\n' "$*"; exit 1; }
      . "$1"`;
    return spawnSync("bash", ["-c", text, "bash", script("elastic/scripts/await-image.sh")], {
      encoding: "utf8",
      timeout: 20_000,
      env: {
        PATH: process.env["PATH"],
        SHARE: join(folder, "share"),
        BUILDER: "i-1",
        PAUSE_SECONDS: "0.1",
      },
    });
  };

  it("is waited for by the master, who repeats the builder's own words where it fails", () => {
    place("share/state/images/i-1.failed", "no disk\n");
    const failed = awaited();
    assert.equal(failed.status, 1);
    assert.match(failed.stdout, /^no disk\nfails: the builder of the image, instance i-1, could/);
    place("share/state/images/i-1.json", '{"wheelhouse": "w"}\n');
    assert.deepEqual([awaited().status, awaited().stdout], [0, 'emits {"wheelhouse": "w"}\n']);
  });
});
