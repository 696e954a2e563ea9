import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

import { cacheDir } from "../../../rehearsal/cache";
import {
  digest,
  publishFolder,
  rehearsalPlaces,
  sweepDrafts,
} from "../../../rehearsal/engine/cache";

describe("engine: cache", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cache-test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("lies where the environment says, the most specific first", () => {
    assert.equal(cacheDir({ ANTARES_CACHE: "/a", XDG_CACHE_HOME: "/x" }), "/a");
    assert.equal(cacheDir({ ANTARES_CACHE: "", XDG_CACHE_HOME: "/x" }), "/x/antares3-deployment");
    assert.equal(cacheDir({}), join(homedir(), ".cache", "antares3-deployment"));
    assert.deepEqual(rehearsalPlaces("/c"), {
      home: "/c/pulumi/home",
      backend: "file:///c/pulumi/state",
      passphraseFile: "/c/pulumi/passphrase",
    });
  });

  it("has a key that tells texts and their borders apart", () => {
    assert.match(digest("a"), /^[0-9a-f]{12}$/);
    assert.equal(digest("ab", "c"), digest("ab", "c"));
    assert.notEqual(digest("ab", "c"), digest("a", "bc"));
    assert.notEqual(digest("a:b"), digest("a", "b"));
    assert.notEqual(digest("ab"), digest("ab", ""));
  });

  it("publishes a folder whole, and keeps the first of two", async () => {
    const place = join(folder, "thing");
    const fill = (text: string) => (draft: string) => {
      assert.deepEqual(readdirSync(folder).includes("thing"), text === "second");
      writeFileSync(join(draft, "file"), text);
      return Promise.resolve();
    };
    await publishFolder(place, fill("first"));
    await publishFolder(place, fill("second"));
    assert.equal(readFileSync(join(place, "file"), "utf8"), "first");
    assert.deepEqual(readdirSync(folder), ["thing"]);
  });

  it("leaves nothing when filling fails", async () => {
    const failing = publishFolder(join(folder, "thing"), () => Promise.reject(new Error("full")));
    await assert.rejects(failing, /^Error: full$/);
    assert.deepEqual(readdirSync(folder), []);
  });

  it("sweeps the drafts of killed runs only", () => {
    for (const name of [".thing.1-ab", ".thing.2-cd", ".other.1-ab", "thing"]) {
      mkdirSync(join(folder, name));
    }
    sweepDrafts(join(folder, "thing"));
    assert.deepEqual(readdirSync(folder).sort(), [".other.1-ab", "thing"]);
    sweepDrafts(join(folder, "absent", "thing"));
  });
});
