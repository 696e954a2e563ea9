import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isConfirmed, parseInvocation } from "../../../cli/arguments";
import { findBackend, stackEnvironment } from "../../../cli/backend";
import { describeChanges, machineFaults, rawConfig, readStackFile } from "../../../cli/localPlan";
import { reachOf } from "../../../cli/stackConfig";
import { UserError } from "../../../cli/userError";
import { projectRoot } from "../../../config/root";

describe("command line", () => {
  it("is an operation, a stack, and arguments for Pulumi", () => {
    assert.deepEqual(parseInvocation(["up", "local", "--yes", "--diff"]), {
      operation: "up",
      stack: "local",
      rest: ["--yes", "--diff"],
    });
  });

  it("is refused with what to type", () => {
    const next = (...args: string[]): string => {
      try {
        parseInvocation(args);
      } catch (error) {
        if (error instanceof UserError) return error.next;
      }
      return "accepted";
    };
    assert.match(next("upp", "local"), /^npm run up\|preview\|refresh\|destroy\|verify -- STACK/);
    assert.equal(next("up"), "npm run up -- STACK");
    assert.equal(next("up", "--yes"), "npm run up -- STACK");
    assert.equal(next("up", "local", "--stack", "dev"), "npm run up -- local");
  });

  it("ends with two lines and exit code 1, without a stack trace", () => {
    const main = join(projectRoot, "dist", "cli", "main.js");
    const ended = spawnSync(process.execPath, [main, "up"], { encoding: "utf8" });
    assert.equal(ended.status, 1);
    assert.equal(ended.stdout, "");
    assert.equal(ended.stderr, "error: no stack is named\nnext: npm run up -- STACK\n");
  });

  it("knows a confirmation", () => {
    assert.equal(isConfirmed(["--diff", "-y"]), true);
    assert.equal(isConfirmed(["--diff"]), false);
  });
});

describe("backend and passphrase", () => {
  let home: string;
  let project: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "home-"));
    project = join(home, "project");
    mkdirSync(project);
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));
  const own = (): string => join(home, ".local/state/antares3-deployment");

  it("are the configured ones where there are some", () => {
    const url = "s3://bucket";
    const env = { HOME: home, PULUMI_BACKEND_URL: url, PULUMI_CONFIG_PASSPHRASE: "" };
    assert.deepEqual(stackEnvironment("local", { env, project, create: true }), env);
    mkdirSync(join(home, ".pulumi"));
    writeFileSync(join(home, ".pulumi/credentials.json"), '{"current":"file:///srv/state"}');
    const found = findBackend({ HOME: home }, { create: true });
    assert.deepEqual(found, { url: "file:///srv/state", origin: "configured" });
    assert.equal(existsSync(own()), false);
  });

  it("are not made by the wrappers", () => {
    const env = { HOME: home };
    assert.equal(stackEnvironment("local", { env, project, create: false }), env);
    assert.equal(existsSync(own()), false);
  });

  it("are made once, the passphrase for its owner only, and found again", () => {
    const env = { HOME: home };
    const made = stackEnvironment("local", { env, project, create: true });
    const file = join(own(), "passphrase");
    assert.deepEqual(made, {
      HOME: home,
      PULUMI_BACKEND_URL: `file://${own()}`,
      PULUMI_CONFIG_PASSPHRASE_FILE: file,
    });
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(own()).mode & 0o777, 0o700);
    const text = readFileSync(file, "utf8");
    assert.match(text, /^[\w-]{43}\n$/);
    assert.deepEqual(stackEnvironment("local", { env, project, create: true }), made);
    assert.deepEqual(stackEnvironment("dev", { env, project, create: false }), made);
    assert.equal(readFileSync(file, "utf8"), text);
  });

  it("honour XDG_STATE_HOME, and a passphrase that is given", () => {
    const env = { HOME: home, XDG_STATE_HOME: join(home, "xdg"), PULUMI_CONFIG_PASSPHRASE: "x" };
    const made = stackEnvironment("local", { env, project, create: true });
    const folder = join(home, "xdg/antares3-deployment");
    assert.equal(made["PULUMI_BACKEND_URL"], `file://${folder}`);
    assert.equal(made["PULUMI_CONFIG_PASSPHRASE_FILE"], undefined);
    assert.equal(existsSync(join(folder, "passphrase")), false);
  });

  it("refuse to guess a passphrase that another machine has", () => {
    writeFileSync(join(project, "Pulumi.local.yaml"), "encryptionsalt: v1:abc\n");
    const open = () => stackEnvironment("local", { env: { HOME: home }, project, create: true });
    assert.throws(open, /encrypted with a passphrase that is not at hand/);
  });

  it("refuse a passphrase that others can read", () => {
    const open = () => stackEnvironment("local", { env: { HOME: home }, project, create: true });
    open();
    chmodSync(join(own(), "passphrase"), 0o644);
    assert.throws(open, /others can read the passphrase/);
  });
});

describe("reach of the database", () => {
  const object = (value: object) => ({ value: "", objectValue: value, secret: false });

  it("is what the stack says, or what its kind of host implies", () => {
    assert.equal(reachOf({}), "direct");
    assert.equal(reachOf({ "antares:database": object({ reach: "tunnel" }) }), "tunnel");
    assert.equal(reachOf({ "antares:database.reach": { value: "tunnel" } }), "tunnel");
    const ssh = { "antares:host": object({ access: "ssh" }) };
    assert.equal(reachOf(ssh), "tunnel");
    assert.equal(reachOf({ ...ssh, "antares:database": object({ server: "existing" }) }), "direct");
    assert.equal(reachOf({ ...ssh, "antares:database": object({ reach: "direct" }) }), "direct");
    const hosts = { "antares:target": { value: "hosts", secret: false } };
    assert.equal(reachOf(hosts), "tunnel");
    const aws = { "antares:target": { value: "aws" } };
    assert.equal(reachOf(aws), "tunnel");
    assert.equal(reachOf({ ...aws, "antares:database": object({ server: "existing" }) }), "tunnel");
    assert.equal(reachOf({ ...aws, "antares:database": object({ reach: "direct" }) }), "direct");
    assert.equal(
      reachOf({ ...hosts, "antares:database": object({ server: "existing" }) }),
      "direct",
    );
  });
});

describe("npm run local", () => {
  const source = `antares:software: {source: "git+https://example.org/a.git@${"0".repeat(40)}"}`;
  let project: string;
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "project-"));
    mkdirSync(join(project, "components/bootstrap/software"), { recursive: true });
    const lock = "components/bootstrap/software/lock.txt";
    writeFileSync(join(project, lock), readFileSync(join(projectRoot, lock)));
  });
  afterEach(() => rmSync(project, { recursive: true, force: true }));
  const stackFile = (...lines: string[]): void =>
    writeFileSync(join(project, "Pulumi.local.yaml"), `config:\n  ${lines.join("\n  ")}\n`);

  it("says in one line what it will change", () => {
    stackFile("antares:target: single", source, "antares:share: {path: /data/shared}");
    assert.equal(
      describeChanges(readStackFile("local", project)),
      "this changes THIS machine: Debian packages (PostgreSQL, PostGIS, GDAL, Python), " +
        'a PostgreSQL cluster "antares" on port 5433, user "antares" (uid 5000, /home/antares), ' +
        "files in /data/shared, /opt/antares, /var/lib/antares, /var/log/antares and " +
        "/etc/profile.d/antares3.sh",
    );
  });

  it("reads past encrypted values", () => {
    const secrets = ["bisLicense", "djangoSecretKey", "databasePassword"];
    stackFile(source, ...secrets.map((name) => `antares:${name}: {secure: v1:abc}`));
    assert.equal(readStackFile("local", project).service.user, "antares");
    const raw = rawConfig('config: {"antares:bisLicense": {secure: x}, "aws:region": r}');
    assert.deepEqual(raw, {
      secretKeys: new Set(["bisLicense"]),
      values: { bisLicense: "encrypted" },
    });
  });

  it("names all faults of the stack file before anything is made", () => {
    stackFile(source, "antares:service: {uid: 0}", "antares:shares: {}");
    assert.throws(
      () => readStackFile("local", project),
      (error) => {
        assert(error instanceof UserError);
        assert.match(error.message, /2 faults/);
        assert.match(error.message, /antares:service\.uid is 0/);
        assert.match(error.message, /antares:shares/);
        assert.equal(error.next, "correct Pulumi.local.yaml, then: npm run local");
        return true;
      },
    );
  });

  it("names all that the machine lacks", () => {
    assert.deepEqual(machineFaults({ isRoot: true, isDebian12: true }), []);
    assert.equal(machineFaults({ isRoot: false, isDebian12: false }).length, 2);
  });
});
