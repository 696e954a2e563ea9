import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import type { Finished } from "../../rehearsal/engine/process";
import { Sandbox, script } from "./sandbox";

const SCRIPTS = "components/bootstrap/scripts";
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

let box: Sandbox;

/** A sandbox for each test of a group. */
function boxed(): void {
  beforeEach(() => void (box = new Sandbox()));
  afterEach(() => box.remove());
}

/** Runs part files with the share of the sandbox; the service user is root, who is there already. */
function run(
  parts: readonly string[],
  values: Readonly<Record<string, string>>,
): Promise<Finished> {
  const home = box.path("home");
  const service = { SERVICE_USER: "root", SERVICE_UID: "0", SERVICE_HOME: home };
  const all = { ...service, SHARE: box.path("share"), ...values };
  return box.run(script("", { values: all, source: { parts } }));
}

const uidOf = (path: string): number => statSync(path).uid;
const lastLog = (): string | undefined => box.log().at(-1);

describe("the phase share", () => {
  boxed();
  const user = "components/host/scripts/service-user.sh";
  const parts = [user, `${SCRIPTS}/mount.sh`, `${SCRIPTS}/share.sh`];
  const share = (): Promise<Finished> => run(parts, { SHARE_KIND: "directory" });

  it("lays the directory out, and knows it again by its marker", async () => {
    const first = await share();
    assert.match(first.stdout, /^\{"id": "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"\}\n$/);
    const own = ["data", "membership", "recipe", "settings", "state", "wheelhouse"];
    const names = [".antares-share", ...own];
    assert.deepEqual(readdirSync(box.path("share")).sort(), names);
    const modes = names.slice(1).map((name) => box.mode("share", name));
    assert.deepEqual(modes, ["750", "755", "755", "750", "755", "755"]);
    assert.equal((await share()).stdout, first.stdout);
  });

  it("refuses a marker that is damaged, and leaves it", async () => {
    await share();
    writeFileSync(box.path("share", ".antares-share"), "half an i");
    const { code, stdout } = await share();
    assert.deepEqual([code, stdout], [1, ""]);
    const marker = box.path("share", ".antares-share");
    const said = `error: ${marker} is damaged: it should hold one id; remove it and run again`;
    assert.equal(lastLog(), said);
  });

  it("that the site mounts is refused where it is not there", async () => {
    assert.equal((await run(parts, { SHARE_KIND: "path" })).code, 1);
    const said = `error: share.path: there is no ${box.path("share")} on this host`;
    assert.equal(lastLog(), `${said}; share.kind path means that the site mounts it`);
    assert.equal(existsSync(box.path("share")), false);
  });

  it("that the site mounts is known again, and its bare mount point is no new one", async () => {
    box.copyEtc();
    for (const name of ["share", "elsewhere", "bare"]) mkdirSync(box.path(name));
    const mounted = (share = "share") => run(parts, { SHARE_KIND: "path", SHARE: box.path(share) });
    const { stdout } = await mounted();
    assert.match(stdout, /^\{"id": "/);
    assert.equal((await mounted()).stdout, stdout);
    renameSync(box.path("share"), box.path("away"));
    renameSync(box.path("bare"), box.path("share"));
    assert.equal((await mounted()).code, 1);
    const said = `error: share.path: at ${box.path("share")} is not the share that was set up there`;
    const how = "mount that share, or, where it is gone for good: rm /etc/antares/share";
    const marker = "(it has no marker .antares-share, or another one)";
    assert.equal(lastLog(), `${said} ${marker}: ${how}`);
    assert.deepEqual(readdirSync(box.path("share")), []);
    assert.equal((await mounted("elsewhere")).code, 0);
  });

  it("refuses a user with another number", async () => {
    const values = { SHARE_KIND: "directory", SERVICE_UID: "5000" };
    assert.equal((await run(parts, values)).code, 1);
    const said = "error: user root exists with another UID than 5000: set antares:service.uid";
    assert.equal(lastLog(), said);
    assert.equal(existsSync(box.path("share")), false);
  });
});

describe("the phase settings", () => {
  boxed();
  const parts = [`${SCRIPTS}/link-settings.sh`, `${SCRIPTS}/settings.sh`];
  const texts = {
    DATACUBE_CONF: "[datacube]\ndb_password: a'b$c\n",
    ANTARES_ENV: "SECRET_KEY=x\n",
    PGPASS: "h:1:d:u:p\n",
    PROFILE: "export A=1\n",
  };
  const names = [".antares", ".datacube.conf", ".pgpass"];
  const settings = (changed: Partial<typeof texts> = {}): Promise<Finished> => {
    const folders = `${box.path("temp")} ${box.path("models")}`;
    return run(parts, { ...texts, ...changed, DATA_FOLDERS: folders });
  };
  beforeEach(() => {
    for (const name of ["share", "share/settings", "home"]) mkdirSync(box.path(name));
  });

  it("writes each file as it is, for its owner alone, and links it", async () => {
    for (let times = 0; times < 2; times += 1) {
      const done = await settings();
      assert.deepEqual([done.code, done.stdout], [0, '{"files": 3}\n'], done.stderr);
      assert.deepEqual(readdirSync(box.path("share", "settings")).sort(), names);
      const read = names.map((name) => readFileSync(box.path("share", "settings", name), "utf8"));
      assert.deepEqual(read, [texts.ANTARES_ENV, texts.DATACUBE_CONF, texts.PGPASS]);
      const modes = names.map((name) => box.mode("share", "settings", name));
      assert.deepEqual(modes, ["600", "600", "600"]);
      const links = names.map((name) => readlinkSync(box.path("home", name)));
      assert.deepEqual(
        links,
        names.map((name) => box.path("share", "settings", name)),
      );
      assert.deepEqual(
        ["temp", "models"].map((name) => box.mode(name)),
        ["750", "750"],
      );
    }
    assert.equal(readFileSync(box.path("profile", "antares3.sh"), "utf8"), texts.PROFILE);
  });

  it("follows no link that the service user put in root's way", async () => {
    const daemon = execFileSync("id", ["-u", "daemon"], { encoding: "utf8" }).trim();
    const owned = () => [box.path("share", "data"), box.path("of-root")].map((path) => uidOf(path));
    for (const name of ["share/data", "of-root"]) mkdirSync(box.path(name));
    chmodSync(box.path(), 0o755);
    chownSync(box.path("share", "data"), Number(daemon), Number(daemon));
    symlinkSync(box.path("of-root"), box.path("share", "data", "temp"));
    // As a folder of settings was left that jobs could still write to.
    writeFileSync(box.path("of-root", "file"), "of root");
    symlinkSync(box.path("of-root", "file"), box.path("share", "settings", ".pgpass.new"));
    const folders = `${box.path("share", "data", "temp", "new")} ${box.path("share", "data", "own")}`;
    const values = { ...texts, SERVICE_USER: "daemon", DATA_FOLDERS: folders };
    const done = await run(parts, values);
    assert.equal(done.code, 1, done.stdout);
    const temp = box.path("share", "data", "temp", "new");
    assert.ok(
      done.stderr.includes(`daemon cannot make ${temp}: one of the folders above it is another`),
      done.stderr,
    );
    assert.deepEqual(owned(), [Number(daemon), 0]);
    assert.deepEqual(readdirSync(box.path("of-root")), ["file"]);
    assert.equal(readFileSync(box.path("of-root", "file"), "utf8"), "of root");
    assert.equal(uidOf(box.path("of-root", "file")), 0);
    rmSync(box.path("share", "data", "temp"));
    const again = await run(parts, values);
    assert.equal(again.code, 0, again.stderr);
    const made = ["temp", "temp/new", "own"].map((name) => box.path("share", "data", name));
    assert.deepEqual(
      made.map(uidOf),
      made.map(() => Number(daemon)),
    );
  });

  it("keeps a file that somebody had in the home", async () => {
    writeFileSync(box.path("home", ".pgpass"), "of somebody");
    await settings();
    await settings();
    assert.deepEqual(readdirSync(box.path("home")).sort(), [...names, ".pgpass.before-antares3"]);
    const kept = readFileSync(box.path("home", ".pgpass.before-antares3"), "utf8");
    assert.equal(kept, "of somebody");
  });

  it("leaves the old file whole where the new one cannot be written", async () => {
    await settings();
    // A folder of that name is in the way, as a full disk would be.
    mkdirSync(box.path("share", "settings", ".antares.new"));
    assert.equal((await settings({ ANTARES_ENV: "SECRET_KEY=y\n" })).code, 1);
    const kept = readFileSync(box.path("share", "settings", ".antares"), "utf8");
    assert.equal(kept, "SECRET_KEY=x\n");
  });
});

describe("a node's proof of the bucket", () => {
  boxed();
  const values = { BUCKET: "data", BUCKET_REGION: "eu-west-1", BUCKET_PROOF: "p", NODE_NAME: "n1" };
  /** With a Python that says this and ends so. */
  const prove = (said: string, code: number): Promise<Finished> => {
    const body = `as_service() { echo "$*" >>/run/called; printf '${said}'; return ${code}; }\nprove_bucket`;
    return box.run(script(body, { values, source: { parts: [`${SCRIPTS}/bucket.sh`] } }));
  };

  it("asks for this bucket, in a time that ends", async () => {
    assert.equal((await prove("", 0)).code, 0);
    const python = "/opt/antares/venv/bin/python -c p data eu-west-1 n1\n";
    assert.equal(readFileSync(box.path("run", "called"), "utf8"), `timeout -k 5 150 ${python}`);
  });

  it("ends the join where a right is missing, and names it", async () => {
    const missing = "the role of its instance lacks s3:PutObject on arn:aws:s3:::data/*";
    assert.equal((await prove(missing, 1)).code, 1);
    assert.equal(lastLog(), `error: n1 cannot use the bucket data: ${missing}`);
    assert.equal((await prove("", 124)).code, 1);
    assert.equal(lastLog(), "error: n1 cannot use the bucket data: it gave no answer in time");
  });
});

describe("the recipe", () => {
  boxed();
  const JOIN = 'emit "{\\"name\\": \\"$NODE_NAME\\"}"\necho joined\n';
  const RECIPE = sha256(JOIN);
  const publish = (values: Readonly<Record<string, string>> = {}): Promise<Finished> =>
    run([`${SCRIPTS}/recipe.sh`], { JOIN, RECIPE, ENTER: "enter", ...values });
  const join = (recipe = RECIPE, values: Readonly<Record<string, string>> = {}) =>
    run([`${SCRIPTS}/mount.sh`, `${SCRIPTS}/node.sh`], {
      ...{ SHARE_KIND: "path", SHARE_ID: "id", NODE_NAME: "n1", RECIPE: recipe },
      ...values,
    });
  const published = (): string => box.path("share", "recipe", RECIPE, "join");
  beforeEach(() => {
    for (const name of ["share", "share/recipe"]) mkdirSync(box.path(name));
    writeFileSync(box.path("share", ".antares-share"), "id\n");
  });

  it("is published whole, again over itself too, and run by a node", async () => {
    for (let times = 0; times < 2; times += 1) {
      assert.equal((await publish()).stdout, `{"recipe": "${RECIPE}"}\n`);
      assert.equal(readFileSync(published(), "utf8"), JOIN);
    }
    assert.deepEqual(readdirSync(box.path("share", "recipe")), [RECIPE]);
    const beside = box.path("share", "recipe", RECIPE, "enter");
    assert.equal(readFileSync(beside, "utf8"), "enter");
    const done = await join();
    assert.deepEqual([done.code, done.stdout], [0, '{"name": "n1"}\n']);
    assert.deepEqual(box.log(), ["joined"]);
  });

  it("is not published where it was damaged on its way", async () => {
    assert.equal((await publish({ JOIN: JOIN.slice(1) })).code, 1);
    assert.equal(lastLog(), "error: the recipe was damaged on its way");
    assert.equal(existsSync(published()), false);
  });

  it("is refused by a node when somebody changed it, and nothing of it runs", async () => {
    await publish();
    appendFileSync(published(), "touch /run/owned\n");
    const done = await join();
    assert.deepEqual([done.code, done.stdout], [1, ""]);
    const said = `error: the recipe on the share was changed: ${published()}`;
    assert.equal(lastLog(), `${said} is not what was published; refusing it`);
    assert.deepEqual(box.left(), ["antares-bootstrap.lock"]);
  });

  it("is refused on a host that sees another share than the master", async () => {
    await publish();
    const done = await join(RECIPE, { SHARE_ID: "another" });
    assert.deepEqual([done.code, done.stdout], [1, ""]);
    const where = `error: ${box.path("share")} on this host is another share than the master's`;
    assert.equal(lastLog(), `${where}: its marker .antares-share differs`);
  });

  it("is refused where it is missing, or the share is not mounted", async () => {
    assert.equal((await join("0".repeat(64))).code, 1);
    assert.equal(lastLog(), `error: the share has no recipe ${"0".repeat(64)}`);
    writeFileSync(box.path("share", ".antares-share"), "");
    assert.equal((await join()).code, 1);
    assert.equal(lastLog(), `error: the share is not mounted at ${box.path("share")}`);
  });
});
