import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import { boundaryArchive } from "../../rehearsal/antares/boundaries";

const PROGRAM = join(projectRoot, "components", "bootstrap", "scripts", "archive.py");
const GOOD = boundaryArchive({ iso: "MEX", regions: ["Norte", "Sur"] });
const PAGE = Buffer.from("<html><body>404 Not Found</body></html>\n");
const MADE = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as out:
    for name in sys.argv[2:]:
        out.writestr(name, bytes(range(256)) * 40)
`;

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

describe("a boundary archive", () => {
  let folder = "";
  let server: Server | undefined;
  let address = "";

  before(async () => {
    server = createServer((request, response) => serve(request.url ?? "", response));
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    const at = server.address();
    assert.ok(typeof at === "object" && at !== null);
    address = `http://127.0.0.1:${at.port}`;
  });
  after(() => server?.close());
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "archive-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const file = (bytes: Buffer): string => {
    const path = join(folder, "given.zip");
    writeFileSync(path, bytes);
    return path;
  };

  /** A zip archive with these members, packed. */
  const zip = (...members: string[]): Buffer => {
    const path = join(folder, "made.zip");
    execFileSync("python3", ["-c", MADE, path, ...members]);
    const bytes = readFileSync(path);
    rmSync(path);
    return bytes;
  };

  const target = (): string => join(folder, "MEX.zip");

  /** Exit code and output; nothing half-done may lie beside the target. */
  async function bring(source: string, digest: string): Promise<[number | null, string]> {
    const child = spawn("python3", [PROGRAM, "MEX", source, digest, target()], {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 20_000,
      env: { PATH: process.env["PATH"], LC_ALL: "C.UTF-8" },
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (part: string) => (text += part));
    }
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith(".partial")),
      [],
    );
    return [code, text];
  }

  async function refused(source: string, digest: string, fault: string): Promise<void> {
    const message = `boundary archive of MEX, ${source}: ${fault}\n`;
    assert.deepEqual(await bring(source, digest), [1, message]);
    assert.equal(existsSync(target()), false);
  }

  it("comes from a path, whole", async () => {
    assert.deepEqual(await bring(file(GOOD), sha256(GOOD)), [0, ""]);
    assert.deepEqual(readFileSync(target()), GOOD);
  });

  it("comes from a web address, and takes the place of what lay there", async () => {
    writeFileSync(target(), "poisoned");
    assert.deepEqual(await bring(`${address}/good`, sha256(GOOD)), [0, ""]);
    assert.deepEqual(readFileSync(target()), GOOD);
  });

  it("is refused when it is empty", async () => {
    const empty = Buffer.alloc(0);
    await refused(file(empty), sha256(empty), "it is empty");
  });

  it("is refused when its checksum differs", async () => {
    const wrong = "0".repeat(64);
    const said = `its sha256 is ${sha256(GOOD)}, the configuration says ${wrong} (${GOOD.length} bytes)`;
    await refused(file(GOOD), wrong, said);
  });

  for (const bytes of [1, GOOD.length >> 1, GOOD.length - 1]) {
    it(`is refused when it was cut off after ${bytes} bytes`, async () => {
      const cut = GOOD.subarray(0, bytes);
      const said = `its sha256 is ${sha256(cut)}, the configuration says ${sha256(GOOD)} (${bytes} bytes)`;
      await refused(file(cut), sha256(GOOD), said);
      // Even where somebody configured the checksum of the truncated file.
      const page = "(an error page saved under its name looks like this)";
      await refused(file(cut), sha256(cut), `it is not a zip archive ${page}`);
    });
  }

  it("is refused when it is an error page", async () => {
    const said = "it is not a zip archive (an error page saved under its name looks like this)";
    await refused(file(PAGE), sha256(PAGE), said);
    await refused(`${address}/page`, sha256(PAGE), said);
  });

  it("is refused when a member is damaged", async () => {
    const bytes = Buffer.from(GOOD);
    const at = bytes.indexOf("MEX_adm0.shp") + 60;
    bytes[at] = (bytes[at] ?? 0) ^ 0xff;
    await refused(file(bytes), sha256(bytes), "its member MEX_adm0.shp is damaged");
  });

  it("is refused when a packed member cannot be unpacked", async () => {
    const bytes = zip("MEX_adm0.shp");
    bytes.fill(0xff, bytes.indexOf("MEX_adm0.shp") + 12, bytes.indexOf("MEX_adm0.shp") + 24);
    const [code, text] = await bring(file(bytes), sha256(bytes));
    assert.equal(code, 1);
    assert.match(
      text,
      /^boundary archive of MEX, \S+: it cannot be read: Error -3 while decomp.*\n$/,
    );
    assert.equal(existsSync(target()), false);
  });

  it("is refused without the country's own layer at its top level", async () => {
    const said = "it has no *adm0.shp at its top level (the names of GADM 2.8)";
    for (const members of [["MEX_adm1.shp"], ["gadm/MEX_adm0.shp"], ["gadm36_MEX_0.shp"]]) {
      const bytes = zip(...members);
      await refused(file(bytes), sha256(bytes), said);
    }
  });

  it("is refused when there is nothing at the path", async () => {
    const path = join(folder, "absent.zip");
    const said = `it cannot be read: [Errno 2] No such file or directory: '${path}'`;
    await refused(path, sha256(GOOD), said);
    await refused(
      folder,
      sha256(GOOD),
      `it cannot be read: [Errno 21] Is a directory: '${folder}'`,
    );
  });

  it("is refused when the web has none", async () => {
    await refused(
      `${address}/absent`,
      sha256(GOOD),
      "it cannot be read: HTTP Error 404: Not Found",
    );
    await refused(
      `${address}/broken`,
      sha256(GOOD),
      "it cannot be read: HTTP Error 500: Internal Server Error",
    );
    const nobody = "http://127.0.0.1:1/a.zip";
    const said = "it cannot be read: <urlopen error [Errno 111] Connection refused>";
    await refused(nobody, sha256(GOOD), said);
  });

  it("is refused when the connection breaks in the middle of it", async () => {
    const half = GOOD.subarray(0, 100);
    const said = `its sha256 is ${sha256(half)}, the configuration says ${sha256(GOOD)} (100 bytes)`;
    await refused(`${address}/short`, sha256(GOOD), said);
    const [code, text] = await bring(`${address}/chunks`, sha256(GOOD));
    assert.equal(code, 1);
    assert.match(text, /^boundary archive of MEX, \S+: it cannot be read: IncompleteRead\(.*\)\n$/);
  });
});

function serve(path: string, response: ServerResponse): void {
  if (path === "/good") response.end(GOOD);
  else if (path === "/page") response.end(PAGE);
  else if (path === "/absent") response.writeHead(404).end(PAGE);
  else if (path === "/broken") response.writeHead(500).end(PAGE);
  else if (path === "/short") {
    response.writeHead(200, { "content-length": GOOD.length });
    response.write(GOOD.subarray(0, 100), () => response.destroy());
  } else if (path === "/chunks") {
    response.writeHead(200);
    response.write(GOOD.subarray(0, 100), () => response.destroy());
  }
}
