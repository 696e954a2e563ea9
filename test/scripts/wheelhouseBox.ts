import { execFileSync } from "node:child_process";
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { type Finished, lastLines } from "../../rehearsal/engine/process";
import { Sandbox, script } from "./sandbox";

const PARTS = ["install", "wheels", "wheelhouse"].map(
  (name) => `components/bootstrap/scripts/${name}.sh`,
);
export const DIGEST = "0123456789abcdef";

export const PYTHON = "/usr/bin/python3.11";
export const ARCHIVE = "environment.tar.zst";
export const SITE = "lib/python3.11/site-packages";
export const SERVICE_UID = Number(execFileSync("id", ["-u", "daemon"], { encoding: "utf8" }));

/** In place of uv, what it would install: a package with a command, whose first line is its Python. */
const UV = `#!/bin/bash
while [ "$1" != --python ]; do shift; done
site=$("$2" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
mkdir -p "$site/madmex/bin/bis" "$site/madmex-1.dist-info"
echo 'value = 6 * 7' >"$site/madmex/__init__.py"
echo 'print "another Python"' >"$site/madmex/old.py"
echo readme >"$site/madmex/bin/bis/readme.txt"
# More than pipes hold, and nothing that packing could make smaller.
head -c 1m /dev/urandom >"$site/madmex/data"
printf '[console_scripts]\\nantares = madmex:run\\n' >"$site/madmex-1.dist-info/entry_points.txt"
printf 'Name: madmex\\nVersion: 1\\n' >"$site/madmex-1.dist-info/METADATA"
printf '#!%s\\nimport antares3_compat as shim, madmex; print(madmex.value, shim.value)\\n' "$2" >"\${2%/*}/antares"
chmod 0755 "\${2%/*}/antares"
`;

type Values = Readonly<Record<string, string>>;

/** In place of what imports every module; those of the real antares are not here. */
const VERIFY = "print('{}')";

/**
 * A share and a host with an /opt of its own, on which only downloads and builds are left out, and what
 * imports modules: `VERIFY` is its text.
 */
export class WheelhouseBox extends Sandbox {
  readonly house = this.path("share", "wheelhouse", DIGEST);
  readonly houses = this.path("share", "wheelhouse");
  readonly archive = this.path("share", "wheelhouse", DIGEST, ARCHIVE);
  readonly manifest = this.path("share", "wheelhouse", DIGEST, "MANIFEST");
  /** What the host itself calls its environment. */
  readonly venv = `/opt/antares/${DIGEST}`;
  /** What hosts are told of the archive. */
  hash = "";

  constructor() {
    super();
    for (const name of ["opt", "share", "share/wheelhouse"]) mkdirSync(this.path(name));
    writeFileSync(this.path("uv"), UV, { mode: 0o755 });
  }

  /** Below the host's environment. */
  environment(...names: string[]): string {
    return this.path("opt", "antares", DIGEST, ...names);
  }

  /** Runs on the host, behind the scripts. */
  host(body: string, values: Values = {}): Promise<Finished> {
    const all = { PYTHON, SERVICE_USER: "daemon", VERIFY, HASH: this.hash, ...values };
    const stubs = [
      `mount --bind '${this.path("opt")}' /opt`,
      'packages() { :; }; as_service() { "$@"; }; cd "$ANTARES_WORK"; touch lock.txt tools.txt',
      "echo 'value = 1' >antares3_compat.py; echo 'import antares3_compat' >antares3_compat.pth",
      "printf '%s' \"$VERIFY\" >verify_imports.py; cd /",
      'build_wheels() { echo building; mkdir -p "$build/wheels" "$build/tools/bin"',
      `  cp '${this.path("uv")}' "$build/tools/bin/"; }`,
      `house='${this.house}'`,
    ];
    const lines = [...stubs, body].join("\n");
    return this.run(script(lines, { values: all, source: { parts: PARTS } }));
  }

  /** What that emits. */
  async done(body: string, values: Values = {}): Promise<string> {
    const finished = await this.host(body, values);
    assert.equal(finished.code, 0, lastLines(finished));
    return finished.stdout;
  }

  lastLog(): string | undefined {
    return this.log().at(-1);
  }
}
