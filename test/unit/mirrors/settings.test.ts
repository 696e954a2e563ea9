import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheDir } from "../../../rehearsal/cache";
import { debianUpstreams, parseLines, parseStanzas } from "../../../rehearsal/mirrors/aptSources";
import { machineIndex } from "../../../rehearsal/mirrors/pipSettings";
import { scratch } from "./registry";

describe("the machine's package settings", () => {
  let folder: string;
  let remove: () => void;
  beforeEach(() => ({ folder, remove } = scratch()));
  afterEach(() => remove());

  it("one-line sources: options, comments, other types", () => {
    const text = `# deb http://off/debian bookworm main
deb [arch=amd64 signed-by=/x.gpg] http://a.test/debian/ bookworm main contrib # why
deb-src http://a.test/debian bookworm main
  deb http://b.test/flat ./
`;
    assert.deepEqual(parseLines(text), [
      { uri: "http://a.test/debian/", suite: "bookworm" },
      { uri: "http://b.test/flat", suite: "./" },
    ]);
  });

  it("stanzas: several addresses and suites, comments inside, disabled ones", () => {
    const text = `Types: deb deb-src
# a snapshot
URIs: http://a.test/debian
 http://b.test/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/x.gpg

Enabled: no
Types: deb
URIs: http://c.test/debian
Suites: bookworm

Types: deb-src
URIs: http://d.test/debian
Suites: bookworm
`;
    assert.deepEqual(parseStanzas(text), [
      { uri: "http://a.test/debian", suite: "bookworm" },
      { uri: "http://a.test/debian", suite: "bookworm-updates" },
      { uri: "http://b.test/debian", suite: "bookworm" },
      { uri: "http://b.test/debian", suite: "bookworm-updates" },
    ]);
  });

  it("Debian's archives are found among others', also through a list of mirrors", () => {
    const parts = join(folder, "sources.list.d");
    mkdirSync(parts);
    const list = join(folder, "mirrors.list");
    writeFileSync(list, "# ours\nhttp://near.test/debian/\thint\nhttp://far.test/debian\n");
    writeFileSync(join(folder, "sources.list"), "deb http://v.test/node bookworm main\n");
    writeFileSync(
      join(parts, "a.sources"),
      `Types: deb\nURIs: mirror+file://${list}\nSuites: bookworm\n`,
    );
    writeFileSync(
      join(parts, "b.list"),
      "deb http://s.test/debian-security bookworm-security main",
    );
    writeFileSync(join(parts, "c.list.bak"), "deb http://old.test/debian bookworm main");
    assert.deepEqual(debianUpstreams("bookworm", folder), {
      debian: "http://near.test/debian",
      security: "http://s.test/debian-security",
    });
    assert.throws(() => debianUpstreams("trixie", folder), /names no archive for Debian trixie/);
  });

  it("the Python index comes from the environment, else pip's settings, else pip itself", async () => {
    const python = (body: string): NodeJS.ProcessEnv => {
      writeFileSync(join(folder, "python3"), `#!/bin/sh\n${body}\n`);
      chmodSync(join(folder, "python3"), 0o755);
      return { PATH: folder };
    };
    const set = python("exit 1");
    set["UV_INDEX_URL"] = "http://uv.test/simple";
    assert.equal((await machineIndex(set)).href, "http://uv.test/simple/");
    set["PIP_INDEX_URL"] = "http://u:p@pip.test/simple/";
    assert.equal((await machineIndex(set)).href, "http://u:p@pip.test/simple/");
    const configured = python('[ "$5" = global.index-url ] && echo http://conf.test/i');
    assert.equal((await machineIndex(configured)).href, "http://conf.test/i/");
    const builtIn = python('[ "$1" = -c ] && echo http://default.test/simple || exit 1');
    assert.equal((await machineIndex(builtIn)).href, "http://default.test/simple/");
    mkdirSync(join(folder, "usr/share/python-wheels"), { recursive: true });
    writeFileSync(join(folder, "usr/share/python-wheels/pip-23-py3-none-any.whl"), "");
    const none = python('[ -n "$PYTHONPATH" ] && echo http://wheel.test/simple || exit 1');
    assert.equal((await machineIndex(none, folder)).href, "http://wheel.test/simple/");
  });

  it("the cache folder: own variable, then the desktop convention, then home", () => {
    assert.equal(cacheDir({ ANTARES_CACHE: "/c", XDG_CACHE_HOME: "/x" }), "/c");
    assert.equal(cacheDir({ XDG_CACHE_HOME: "/x" }), "/x/antares3-deployment");
    const home = cacheDir({});
    assert.match(home, /\/\.cache\/antares3-deployment$/);
    assert.equal(cacheDir({ XDG_CACHE_HOME: "relative" }), home);
    assert.throws(() => cacheDir({ ANTARES_CACHE: "c" }), /absolute path, not "c"/);
  });
});
