import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  binFolder,
  launcherPaths,
  launcherTexts,
  makeBinFolder,
} from "../../../rehearsal/engine/launchers";

const paths = {
  node: "/opt/node 20/bin/node",
  languageHost: "/p/it's/languageHost.js",
  endWithEngine: "/p/end.js",
  postponed: "/p/postponed.js",
  dynamicProvider: "/p/index.js",
};

describe("engine: launchers", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "launcher-test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("are shell scripts with absolute, quoted paths", () => {
    assert.deepEqual(launcherTexts(paths), {
      "pulumi-language-nodejs":
        "#!/bin/sh\nexec '/opt/node 20/bin/node' '/p/it'\\''s/languageHost.js' \"$@\"\n",
      "pulumi-resource-pulumi-nodejs":
        "#!/bin/sh\nexec '/opt/node 20/bin/node' '--require' '/p/end.js' " +
        "'--require' '/p/postponed.js' '/p/index.js' \"$@\"\n",
    });
  });

  it("name files of this project that exist", () => {
    for (const path of Object.values(launcherPaths())) assert.ok(statSync(path).isFile(), path);
  });

  it("pass arguments through untouched", async () => {
    const node = join(folder, "it's a node");
    writeFileSync(node, '#!/bin/sh\nfor a in "$@"; do echo "[$a]"; done\n');
    chmodSync(node, 0o755);
    writeFileSync(join(folder, "cli"), "binary");
    const made = {
      parent: folder,
      cli: join(folder, "cli"),
      cliKey: "k",
      paths: { ...paths, node },
    };
    const place = await makeBinFolder(made);
    const text = execFileSync(join(place, "pulumi-language-nodejs"), ["a b", "127.0.0.1:1"]);
    assert.equal(text.toString(), "[/p/it's/languageHost.js]\n[a b]\n[127.0.0.1:1]\n");
  });

  it("share the CLI's file; another checkout, Node or CLI has another folder", async () => {
    mkdirSync(join(folder, "built"));
    const cli = join(folder, "built", "pulumi");
    writeFileSync(cli, "binary");
    const made = { parent: folder, cli, cliKey: "one", paths };
    const place = await makeBinFolder(made);
    assert.equal(place, binFolder(made));
    assert.equal(statSync(join(place, "pulumi")).ino, statSync(cli).ino);
    assert.deepEqual(readdirSync(place).sort(), [
      "pulumi",
      "pulumi-language-nodejs",
      "pulumi-resource-pulumi-nodejs",
    ]);
    const others = [
      { ...made, cliKey: "two" },
      { ...made, paths: { ...paths, node: "/usr/bin/node" } },
      { ...made, paths: { ...paths, languageHost: "/q/languageHost.js" } },
    ];
    const names = new Set([place, ...others.map(binFolder)]);
    assert.equal(names.size, 4);
  });
});
