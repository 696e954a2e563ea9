import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assertFreshBuild, digestSources, recordBuild } from "../../../config/freshness";
import { OperatorError } from "../../../config/operatorError";

describe("the build's freshness", () => {
  let root: string;
  const write = (name: string, content: string): void => writeFileSync(join(root, name), content);
  const isRefused = (what: string): void =>
    assert.throws(
      () => assertFreshBuild(root),
      new OperatorError(`the program ${what}; run \`npm run build\` in ${root}, then again`),
    );

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "freshness-"));
    for (const folder of ["dist", "config", "components/host", "test"]) {
      mkdirSync(join(root, folder), { recursive: true });
    }
    write("index.ts", "export {};\n");
    write("tsconfig.json", "{}\n");
    write("components/host/host.ts", "export const a = 1;\n");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("is refused before the first build", () => isRefused("has not been built"));

  it("holds from build to change", () => {
    recordBuild(root);
    assert.match(readFileSync(join(root, "dist/sources.sha256"), "utf8"), /^[0-9a-f]{64}\n$/);
    assertFreshBuild(root);
    write("components/host/host.ts", "export const a = 2;\n");
    isRefused("has changed since it was built");
    recordBuild(root);
    assertFreshBuild(root);
  });

  it("notices a new file, a renamed one and the compiler's options", () => {
    const digests = new Set([digestSources(root)]);
    write("config/a.ts", "");
    digests.add(digestSources(root));
    rmSync(join(root, "config/a.ts"));
    write("config/b.ts", "");
    digests.add(digestSources(root));
    write("tsconfig.json", '{"strict":true}\n');
    digests.add(digestSources(root));
    assert.equal(digests.size, 4);
  });

  it("does not care for tests and for what is not compiled", () => {
    recordBuild(root);
    write("test/a.test.ts", "x");
    write("components/host/script.sh", "true");
    assertFreshBuild(root);
  });
});
