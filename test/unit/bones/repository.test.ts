import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../../config/root";

const read = (path: string): string => readFileSync(join(projectRoot, path), "utf8");

function readJson(path: string): Record<string, unknown> {
  const value: unknown = JSON.parse(read(path));
  assert(typeof value === "object" && value !== null);
  return { ...value };
}

function strings(value: unknown): Record<string, string> {
  assert(typeof value === "object" && value !== null);
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)]));
}

/** Files that git has or would take; undefined where this is not a checkout (a tarball). */
function trackedFiles(): readonly string[] | undefined {
  if (!existsSync(join(projectRoot, ".git"))) return undefined;
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const listed = execFileSync("git", args, { cwd: projectRoot, encoding: "utf8" });
  return listed.split("\0").filter((file) => file !== "" && existsSync(join(projectRoot, file)));
}

describe("the repository", () => {
  it("pins the SDK, the plugins and the compiler exactly", () => {
    const manifest = readJson("package.json");
    const pins = strings(manifest["dependencies"]);
    assert.equal(pins["@pulumi/pulumi"], "3.248.0");
    assert.equal(pins["@pulumi/aws"], "7.48.0");
    assert.equal(pins["@pulumi/postgresql"], "3.18.1");
    assert.equal(pins["@pulumi/command"], "1.2.1");
    const dev = strings(manifest["devDependencies"]);
    assert.match(dev["typescript"] ?? "", /^5\.9\.\d+$/);
    for (const [name, version] of [...Object.entries(pins), ...Object.entries(dev)]) {
      assert.match(version, /^\d+\.\d+\.\d+$/, `${name} is not pinned exactly`);
    }
    assert.deepEqual(strings(manifest["overrides"]), { "@pulumi/pulumi": "3.248.0" });
    assert.deepEqual(strings(manifest["engines"]), { node: ">=20.9" });
  });

  it("has those versions installed, and one SDK only", () => {
    const version = (name: string): unknown =>
      readJson(`node_modules/${name}/package.json`)["version"];
    assert.equal(version("@pulumi/pulumi"), "3.248.0");
    assert.equal(version("@pulumi/command"), "1.2.1");
    assert.match(String(version("typescript")), /^5\.9\./);
    const locked = Object.keys(strings(readJson("package-lock.json")["packages"]));
    const sdks = locked.filter((path) => path.endsWith("node_modules/@pulumi/pulumi"));
    assert.deepEqual(sdks, ["node_modules/@pulumi/pulumi"]);
  });

  it("locks packages by hash, without the address they came from", () => {
    const lock = read("package-lock.json");
    assert.equal(/"resolved"/.test(lock), false);
    const packages = readJson("package-lock.json")["packages"];
    assert(typeof packages === "object" && packages !== null);
    const entries = Object.entries(packages).filter(([path]) => path !== "");
    const bare = entries.filter(([, entry]) => !/^sha512-/.test(strings(entry)["integrity"] ?? ""));
    assert.deepEqual(
      bare.map(([path]) => path),
      [],
    );
    assert(entries.length > 100);
  });

  it("runs compiled CommonJS", () => {
    const manifest = readJson("package.json");
    assert.equal(manifest["main"], "dist/index.js");
    assert.equal(manifest["type"], undefined);
  });

  it("keeps the entry point on one screen", () => {
    assert(read("index.ts").trimEnd().split("\n").length <= 80);
  });

  it("names no package registry and no path of somebody's machine", function () {
    const files = trackedFiles();
    if (files === undefined) return this.skip();
    // Written in pieces, so that this file does not find itself.
    const hosts = [
      "pypi\\.org",
      "pythonhosted\\.org",
      "npmjs\\.(?:org|com)",
      "proxy\\.golang\\.org",
    ];
    const debian = ["deb\\.debian\\.org", "security\\.debian\\.org", "archive\\.ubuntu\\.com"];
    const paths = ["/work/", "/root/\\.", "/home/[a-z]+/(?:src|git|projects)/"];
    const wrong = new RegExp([...hosts, ...debian, ...paths].join("|"));
    const own = "test/unit/bones/repository.test.ts";
    const findings = files
      .filter((file) => file !== own && !isBinary(file))
      .flatMap((file) =>
        read(file)
          .split("\n")
          .flatMap((line, i) => (wrong.test(line) ? [`${file}:${i + 1}: ${line.trim()}`] : [])),
      );
    assert.deepEqual(findings, []);
  });

  it("has no compiled file, package or secret among its sources", function () {
    const files = trackedFiles();
    if (files === undefined) return this.skip();
    const wrong = /^(dist|node_modules)\/|\.tsbuildinfo$|(^|\/)id_(rsa|ed25519)$|\.pem$|\.env$/;
    assert.deepEqual(
      files.filter((file) => wrong.test(file)),
      [],
    );
  });

  it("has strict shell scripts, at most 100 lines each", function () {
    const files = trackedFiles();
    if (files === undefined) return this.skip();
    const scripts = files.filter((file) => file.endsWith(".sh") || file === ".ci/run");
    assert(scripts.includes(".ci/run"));
    const faults = scripts.flatMap((file) => shellFaults(read(file)).map((f) => `${file}: ${f}`));
    assert.deepEqual(faults, []);
  });

  it("finds the faults of a loose script", () => {
    assert.deepEqual(shellFaults("#!/bin/sh\necho\n"), [
      "first line",
      "set -euo pipefail",
      "header",
    ]);
    assert.deepEqual(shellFaults("#!/usr/bin/env bash\n# Says x.\nset -euo pipefail\n"), []);
    const long = `#!/usr/bin/env bash\n# x\nset -euo pipefail\n${":\n".repeat(98)}`;
    assert.deepEqual(shellFaults(long), ["101 lines"]);
  });
});

function shellFaults(text: string): readonly string[] {
  const lines = text.trimEnd().split("\n");
  return [
    ...(lines[0] === "#!/usr/bin/env bash" ? [] : ["first line"]),
    ...(lines.includes("set -euo pipefail") ? [] : ["set -euo pipefail"]),
    ...(lines[1]?.startsWith("# ") === true ? [] : ["header"]),
    ...(lines.length <= 100 ? [] : [`${lines.length} lines`]),
  ];
}

function isBinary(file: string): boolean {
  return readFileSync(join(projectRoot, file)).includes(0);
}
