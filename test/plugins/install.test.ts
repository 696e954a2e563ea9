import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installPlugins } from "../../rehearsal/plugins/install";
import { messageOf } from "./bench";

describe("installing plugins", () => {
  let root: string;
  let home: string;
  let userHome: string;
  let lines: string[];
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "plugin-install-"));
    [home, userHome, lines] = [join(root, "home"), join(root, "user"), []];
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const install = () => installPlugins({ home, userHome, log: (line) => lines.push(line) });
  const executable = (of: string, name: string, version: string): string =>
    join(of, "plugins", `resource-${name}-v${version}`, `pulumi-resource-${name}`);

  function official(name: string, version: string, text: string): string {
    const file = executable(userHome, name, version);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text, { mode: 0o755 });
    return file;
  }

  it("writes launchers of the stand-ins where the user has none", async () => {
    assert.deepEqual(await install(), {
      command: { version: "1.2.1", origin: "stand-in" },
      postgresql: { version: "3.18.1", origin: "stand-in" },
    });
    const text = readFileSync(executable(home, "command", "1.2.1"), "utf8");
    const main = join(__dirname, "..", "..", "rehearsal", "plugins", "command", "main.js");
    assert.equal(text, `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
    execFileSync("test", ["-x", executable(home, "postgresql", "3.18.1")]);
    assert.deepEqual(lines, [
      `command 1.2.1: stand-in (the official plugin is not in ${userHome})`,
      `postgresql 3.18.1: stand-in (the official plugin is not in ${userHome})`,
    ]);
  });

  it("takes the official plugin of exactly the right version", async () => {
    official("command", "1.2.1", "official");
    official("postgresql", "3.18.0", "too old");
    const installed = await install();
    assert.equal(installed.command.origin, "official");
    assert.equal(installed.postgresql.origin, "stand-in");
    assert.equal(readFileSync(executable(home, "command", "1.2.1"), "utf8"), "official");
    execFileSync("test", ["-x", executable(home, "command", "1.2.1")]);
  });

  it("goes from stand-in to official and back, and leaves nothing beside them", async () => {
    await install();
    official("command", "1.2.1", "official");
    await install();
    assert.equal(readFileSync(executable(home, "command", "1.2.1"), "utf8"), "official");
    rmSync(userHome, { recursive: true });
    assert.equal((await install()).command.origin, "stand-in");
    assert.match(readFileSync(executable(home, "command", "1.2.1"), "utf8"), /^#!\/bin\/sh\n/);
    assert.deepEqual(readdirSync(join(home, "plugins")).sort(), [
      "resource-command-v1.2.1",
      "resource-postgresql-v3.18.1",
    ]);
  });

  it("does not take a plugin whose installation was cut short, or that cannot run", async () => {
    const broken = official("command", "1.2.1", "half of it");
    writeFileSync(`${join(broken, "..")}.partial`, "");
    const plain = official("postgresql", "3.18.1", "no program");
    writeFileSync(plain, "no program", { mode: 0o644 });
    execFileSync("chmod", ["644", plain]);
    const installed = await install();
    assert.equal(installed.command.origin, "stand-in");
    assert.equal(installed.postgresql.origin, "stand-in");
  });

  it("never writes to the user's own home", async () => {
    mkdirSync(userHome, { recursive: true });
    const said = await messageOf(
      installPlugins({ home: userHome, userHome, log: () => undefined }),
    );
    assert.match(said, /is the user's own Pulumi home/);
    assert.deepEqual(readdirSync(userHome), []);
    await install();
    assert.deepEqual(readdirSync(userHome), []);
  });
});
