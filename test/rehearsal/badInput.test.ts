import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { boundaryArchive } from "../../rehearsal/antares/boundaries";
import type { Setting } from "../../rehearsal/run/arguments";
import { useDeployment } from "../fixtures/deployment";
import { assertNothingToDo, assertVerified, MEX } from "../fixtures/verification";

const sha256 = (content: Buffer): string => createHash("sha256").update(content).digest("hex");

const GTM = boundaryArchive({ iso: "GTM", regions: ["Izabal", "Jalapa"] });
const FOLDER = "/var/cache/borders";
const HTML = Buffer.from("<!DOCTYPE html><title>404 Not Found</title>\n");

/** What an operator got instead of the archive of GTM, and what is said of it. */
interface BadArchive {
  readonly what: string;
  readonly content: Buffer;
  /** The checksum in the configuration; that of the content where absent. */
  readonly sha256?: string;
  readonly said: string;
}

const NO_ZIP = "it is not a zip archive (an error page saved under its name looks like this)";

const badArchives: readonly BadArchive[] = [
  { what: "an empty file", content: Buffer.alloc(0), said: "it is empty" },
  { what: "a truncated archive", content: GTM.subarray(0, 900), said: NO_ZIP },
  { what: "an error page", content: HTML, said: NO_ZIP },
  {
    what: "the archive of another checksum",
    content: GTM,
    sha256: "0".repeat(64),
    said:
      `its sha256 is ${sha256(GTM)}, the configuration says ${"0".repeat(64)} ` +
      `(${GTM.length} bytes)`,
  },
];

describe("bad boundary archives", function () {
  this.timeout(600_000);
  const machine = useDeployment({ label: "archives", from: "ready" });
  const path = `${FOLDER}/GTM_adm_shp.zip`;

  const place = (content: Buffer): void => {
    const folder = join(machine().stage.master.rootDir, FOLDER);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "GTM_adm_shp.zip"), content);
  };
  const country = (archive: string, hash: string): Setting[] => [
    { key: "antares:countries[1].iso", value: "GTM" },
    { key: "antares:countries[1].archive", value: archive },
    { key: "antares:countries[1].sha256", value: hash },
  ];
  const assertRefused = async (archive: string, said: string) => {
    const done = await machine().run(["up", "local", "--yes"]);
    assert.notEqual(done.code, 0);
    for (const line of [
      "phase antares failed on host master: exit code 1",
      "last lines of master:/var/log/antares/antares.log",
      `boundary archive of GTM, ${archive}: ${said}`,
      "error: countries: GTM: no usable boundary archive",
      "next: npm run up -- local",
    ]) {
      assert.ok(done.stdout.includes(line), `${line}\nis missing in:\n${done.stdout}`);
    }
    // Nothing that a later run would take for a country or for its archive.
    assert.equal(await machine().sql("select string_agg(name, ',') from madmex_country"), "MEX");
    const left = "find /srv/antares/state /srv/antares/data -name '*GTM*'";
    assert.equal(await machine().bash(left), "");
  };

  for (const { what, content, said, ...given } of badArchives) {
    it(`${what} is refused, and nothing of it stays`, async () => {
      place(content);
      await machine().set(...country(path, given.sha256 ?? sha256(content)));
      await assertRefused(path, said);
    });
  }

  it("an address where nobody answers is refused, and nothing of it stays", async () => {
    const url = "http://127.0.0.1:9/GTM_adm_shp.zip";
    await machine().set(...country(url, sha256(GTM)));
    await assertRefused(url, "it cannot be read: <urlopen error [Errno 111] Connection refused>");
  });

  it("the right archive makes the next up go on", async () => {
    place(GTM);
    await machine().set(...country(path, sha256(GTM)));
    const done = await machine().run(["up", "local", "--yes"]);
    assert.equal(done.code, 0, done.stdout + done.stderr);
    await assertVerified(machine(), [{ iso: "GTM", rows: 1, regions: 2, distinct: 2 }, MEX]);
    await assertNothingToDo(machine());
  });
});
