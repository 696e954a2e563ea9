import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ensureEngine, missingForEngine } from "../../../rehearsal/engine/engine";
import { minimumVersion, pinnedVersion } from "../../../rehearsal/engine/version";

/** Stands in for the vendor's script: takes its flags, installs a CLI that tells its version. */
const installer = `set -eu
[ "$1" = --no-edit-path ] && [ "$2" = --install-root ] && [ "$4" = --version ]
mkdir -p "$3/bin"
printf '#!/bin/sh\\necho v%s\\n' "$5" > "$3/bin/pulumi"
chmod 755 "$3/bin/pulumi"
`;

describe("engine: choice", function () {
  this.timeout(20_000);
  let folder: string;
  let cacheDir: string;
  let lines: string[];
  let server: Server;
  let requests: number;
  let body: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "choice-test-"));
    cacheDir = join(folder, "cache");
    linkTools();
    lines = [];
    requests = 0;
    body = installer;
    server = createServer((_request, response) => {
      requests += 1;
      response.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });

  const log = (line: string): void => void lines.push(line);

  function serverAddress(): string {
    const address: AddressInfo | string | null = server.address();
    if (address === null || typeof address === "string") throw new Error("no TCP address");
    return `http://127.0.0.1:${address.port}/install.sh`;
  }

  /** PATH is one folder: whatever Go and Pulumi this machine has, they are not in it. */
  function environment(installerAddress: string): NodeJS.ProcessEnv {
    const search = join(folder, "bin");
    return { PATH: search, HOME: folder, ANTARES_PULUMI_INSTALLER: installerAddress };
  }

  function linkTools(): void {
    mkdirSync(join(folder, "bin"));
    for (const name of ["sh", "mkdir", "chmod", "curl"]) {
      const places = (process.env["PATH"] ?? "").split(":").map((place) => join(place, name));
      const tool = places.find((file) => existsSync(file));
      if (tool !== undefined) symlinkSync(tool, join(folder, "bin", name));
    }
  }

  function put(name: string, text: string): void {
    writeFileSync(join(folder, "bin", name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, "bin", name), 0o755);
  }

  it("takes the CLI on PATH when it is new enough and has its language host", async () => {
    put("pulumi", `echo v${minimumVersion}`);
    put("pulumi-language-nodejs", "exit 1");
    const engine = await ensureEngine({ log, cacheDir, env: environment("none") });
    assert.equal(engine.origin, "path");
    assert.equal(engine.version, minimumVersion);
    assert.equal(engine.cli, join(folder, "bin", "pulumi"));
    assert.deepEqual(lines, []);
    const env = engine.env("/the/home");
    assert.equal(env["PULUMI_HOME"], "/the/home");
    assert.equal(env["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"], "true");
    assert.ok(env["PATH"]?.startsWith(`${join(folder, "bin")}:`));
  });

  it("says why one on PATH is passed over, then asks the vendor, once", async () => {
    put("pulumi", "echo v3.219.0");
    const options = { log, cacheDir, env: environment(serverAddress()) };
    const engine = await ensureEngine(options);
    assert.equal(engine.origin, "vendor");
    assert.equal(engine.version, pinnedVersion);
    assert.equal(engine.cli, join(cacheDir, "engine", `vendor-v${pinnedVersion}`, "bin", "pulumi"));
    const passedOver = `pulumi on PATH (${join(folder, "bin", "pulumi")}) is not used: `;
    assert.deepEqual(lines, [
      `${passedOver}3.219.0 is older than ${minimumVersion}`,
      `installing Pulumi v${pinnedVersion} with the vendor's script`,
    ]);
    put("pulumi", `echo v${pinnedVersion}`);
    lines = [];
    assert.equal((await ensureEngine(options)).origin, "vendor");
    assert.deepEqual(lines, [
      `${passedOver}its Node language host (pulumi-language-nodejs) is missing`,
    ]);
    assert.equal(requests, 1);
    assert.deepEqual(readdirSync(join(cacheDir, "engine")), [`vendor-v${pinnedVersion}`]);
  });

  it("two at once install once", async () => {
    const options = { log, cacheDir, env: environment(serverAddress()) };
    const engines = await Promise.all([ensureEngine(options), ensureEngine(options)]);
    assert.deepEqual(
      engines.map(({ origin }) => origin),
      ["vendor", "vendor"],
    );
    assert.equal(requests, 1);
  });

  it("names Go where neither vendor nor PATH helps, and keeps nothing half-made", async () => {
    body = "echo no release for this machine; exit 7";
    const options = { log, cacheDir, env: environment(serverAddress()) };
    await assert.rejects(
      ensureEngine(options),
      /^Error: Go >= 1\.26 is needed to build Pulumi; there is none$/,
    );
    const failed = "vendor's installer: the vendor's installer failed: no release for this machine";
    assert.equal(lines.at(-1), failed);
    assert.deepEqual(readdirSync(join(cacheDir, "engine")), []);
    put("go", "echo go version go1.25.9 linux/amd64");
    await assert.rejects(ensureEngine(options), /needed to build Pulumi; here is 1\.25\.9$/);
  });

  it("fails fast where the vendor's site is not there", async () => {
    const address = serverAddress();
    await new Promise((resolve) => server.close(resolve));
    const begun = performance.now();
    await assert.rejects(ensureEngine({ log, cacheDir, env: environment(address) }), /Go >= /);
    assert.ok(performance.now() - begun < 5_000);
    assert.match(
      lines.at(-1) ?? "",
      /^vendor's installer: http:.* cannot be downloaded: (curl: \(7\)|.*ECONNREFUSED)/,
    );
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });

  it("foretells whether a CLI can be had", async () => {
    const without = { cacheDir, env: environment("none") };
    assert.match((await missingForEngine(without)) ?? "", /^Go >= 1\.26 is needed/);
    assert.equal(
      await missingForEngine({ cacheDir, env: environment(serverAddress()) }),
      undefined,
    );
    put("go", "echo go version go1.26.0 linux/amd64");
    assert.equal(await missingForEngine(without), undefined);
  });
});
