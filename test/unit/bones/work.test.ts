import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { projectRoot } from "../../../config/root";

const dist = join(projectRoot, "dist");

/** Compiled files that run when an npm script other than a test's does. */
function entries(): readonly string[] {
  const manifest: { main: string; scripts: Record<string, string> } = JSON.parse(
    readFileSync(join(projectRoot, "package.json"), "utf8"),
  );
  const started = Object.values(manifest.scripts).flatMap((script) =>
    [...script.matchAll(/\bnode (dist\/\S+\.js)/g)].map(([, file = ""]) => file),
  );
  return [manifest.main, ...started].filter((file) => !file.startsWith("dist/test/"));
}

/** Everything that a compiled file loads of ours, itself included, below `dist`. */
function closure(entry: string): ReadonlySet<string> {
  const seen = new Set<string>();
  for (const queue = [join(projectRoot, entry)]; queue.length > 0;) {
    const file = queue.pop() ?? "";
    if (seen.has(relative(dist, file))) continue;
    seen.add(relative(dist, file));
    for (const [, path = ""] of readFileSync(file, "utf8").matchAll(/require\("(\.[^"]+)"\)/g)) {
      const target = resolve(dirname(file), path);
      if (existsSync(`${target}.js`)) queue.push(`${target}.js`);
    }
  }
  return seen;
}

describe("work on a cluster, which writes into its index", () => {
  it("is loaded by no command of the program", () => {
    const found = entries();
    assert.ok(found.includes("dist/index.js") && found.includes("dist/cli/main.js"));
    assert.ok(found.includes("dist/rehearsal/main.js") && found.includes("dist/bench/main.js"));
    for (const entry of found) {
      const files = [...closure(entry)];
      assert.ok(files.length > 1, entry);
      assert.deepEqual(
        files.filter((file) => file.startsWith("test/fixtures/work")),
        [],
        entry,
      );
    }
  });

  it("is seen where it is loaded", () => {
    assert.ok(closure("dist/test/rehearsal/work.test.js").has("test/fixtures/work.js"));
  });

  it("is named by no file outside the tests", () => {
    const named = /fixtures\/work|"fixtures", "work"|\bscene\.py|\bsum_on_workers/;
    const files = sources();
    assert.ok(files.includes("cli/main.ts") && files.includes("rehearsal/main.ts"));
    const findings = files.filter((file) =>
      named.test(readFileSync(join(projectRoot, file), "utf8")),
    );
    assert.deepEqual(findings, []);
  });
});

/** Files of the program, its wrappers, rehearsals and benches. */
function sources(): readonly string[] {
  const folders = ["components", "config", "providers", "outputs", "cli", "rehearsal", "bench"];
  const below = folders.flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ts|sh|py|json|yaml|j2)$/.test(name))
      .map((name) => join(folder, name)),
  );
  return ["index.ts", "package.json", ...below];
}
