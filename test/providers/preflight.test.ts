import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkHost, readHost } from "../../providers/host/ready";
import type { HostNeeds } from "../../providers/host/preflight";

const fine: HostNeeds = {
  service: { user: "antares-test", uid: 61_234 },
  space: [{ path: "/var/lib/antares-test/not/there yet", mib: 1 }],
};

const check = (needs: HostNeeds) => checkHost({ name: "here", needs, waitMs: 0 });

async function faultsOf(needs: HostNeeds): Promise<string[]> {
  try {
    await check(needs);
    return [];
  } catch (error) {
    assert.ok(error instanceof Error);
    return error.message.split("\n").map((line) => line.trim());
  }
}

describe("preflight on this machine", function () {
  this.timeout(30_000);
  let dir: string;
  let server: Server;
  let port: number;
  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "preflight-test-"));
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    port = typeof address === "object" && address !== null ? address.port : 0;
  });
  after(() => {
    server.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it("passes, and says who the machine is", async () => {
    const report = await check(fine);
    assert.equal(report.faults.length, 0);
    assert.equal(report.hostKey, "");
    assert.equal(report.facts.distribution, "debian 12");
    assert.match(report.facts.python, /^3\.\d+\.\d+$/);
    const fqdn = execFileSync("hostname", ["-f"], { encoding: "utf8" }).trim();
    assert.equal(report.facts.fqdn, fqdn);
    assert.deepEqual((await readHost({ name: "here", needs: fine })).facts, report.facts);
  });

  it("names all faults at once", async () => {
    const comm = readFileSync(`/proc/${process.pid}/comm`, "utf8").trim();
    const file = join(dir, "file");
    writeFileSync(file, "");
    const faults = await faultsOf({
      service: { user: "daemon", uid: 61_234 },
      space: [
        { path: "/", mib: 900_000_000 },
        { path: join(file, "below"), mib: 1 },
      ],
      python: "/opt/no such/python",
      ports: [{ port, program: "postgresql" }],
    });
    assert.deepEqual(
      faults.map((line) => line.replace(/has \d+ MiB/, "has N MiB")),
      [
        "host here is not ready:",
        "- host here user daemon exists with UID 1, not 61234 (service.uid)",
        "- host here / has N MiB free, needs 900000000 MiB",
        `- host here ${file}/below cannot be a directory: ${file} is a file`,
        "- host here has no Python interpreter /opt/no such/python, and it cannot be installed",
        `- host here port ${port} is taken by another program, ${comm} (database.port)`,
      ],
    );
  });

  it("refuses a UID that belongs to somebody else, takes the user's own", async () => {
    assert.deepEqual(await faultsOf({ ...fine, service: { user: "antares-test", uid: 1 } }), [
      "host here is not ready:",
      "- host here UID 1 belongs to user daemon, not to antares-test (service.uid)",
    ]);
    assert.deepEqual(await faultsOf({ ...fine, service: { user: "daemon", uid: 1 } }), []);
  });

  it("takes a value for what it is, never for a command", async () => {
    const mark = join(dir, "mark");
    const faults = await faultsOf({ ...fine, python: `$(touch ${mark}); touch ${mark}'` });
    assert.equal(faults.length, 2);
    assert.throws(() => execFileSync("test", ["-e", mark]));
  });
});
