import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash, createHmac } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import {
  type Frame,
  readParts,
  renderScript,
  renderValues,
  scriptDigest,
  valuesDigest,
} from "../../../components/host/render";
import { projectRoot } from "../../../config/root";

const frame: Frame = { phase: "share", host: "master", next: "npm run up", limit: "5m" };
const SHARE = "components/bootstrap/scripts/share.sh";
const LIB = "components/host/scripts/lib.sh";
const TOOLS = "components/host/scripts/tools.sh";

const bash = (input: string): { status: number | null; stdout: string; stderr: string } =>
  spawnSync("bash", ["-s"], { input, encoding: "utf8", timeout: 10_000 });

const textOf = (path: string): string => readFileSync(join(projectRoot, path), "utf8");

describe("values of a script", () => {
  it("are assignments in the order of their names", () => {
    assert.equal(renderValues({ B: "2", A_1: "it's", C: "" }), "A_1='it'\\''s'\nB='2'\nC=''\n");
  });

  it("are refused under a name that is no variable's", () => {
    for (const name of ["a", "A-B", "1A", "A B", "_A", "A=1;", ""]) {
      assert.throws(() => renderValues({ [name]: "1" }), {
        message: `not a variable's name: ${name}`,
      });
    }
    assert.throws(() => renderValues({ A: "a\0b" }), TypeError);
  });

  it("reach a real shell as they are", () => {
    const hard = [
      "'",
      "''",
      "\\'",
      "$(id)`id`",
      "a\nb\n",
      "\n",
      "!x",
      "${x}",
      "*",
      "\t \\",
      "é€😀",
      "-n",
    ];
    const anything = fc.string({ unit: "binary", maxLength: 60 });
    const value = fc.oneof(
      fc.constantFrom(...hard),
      anything.filter((text) => !text.includes("\0")),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), (given) => {
        const names = given.map((_, i) => `V${String(i).padStart(2, "0")}`);
        const values = Object.fromEntries(names.map((name, i) => [name, given[i] ?? ""]));
        const print = names.map((name) => `printf '%s\\0' "$${name}"\n`).join("");
        const { status, stdout } = bash(`${renderValues(values)}${print}`);
        assert.equal(status, 0);
        assert.deepEqual(stdout.split("\0").slice(0, -1), given);
      }),
      { numRuns: 60 },
    );
  });
});

describe("the text of a script", () => {
  it("is one compound command: values, frame, start, files, parts, end", () => {
    const compat = "components/bootstrap/software/compat/antares3_compat.pth";
    const source = { parts: [SHARE], assets: { "x.pth": compat } };
    const text = renderScript({
      source,
      frame,
      values: { SHARE: "/srv/a b" },
      secretNames: ["Z", "A"],
    });
    const values = [
      `ANTARES_ASSET_0='${textOf(compat).replaceAll("'", "'\\''")}'`,
      ...["ANTARES_HOST='master'", "ANTARES_LIMIT='5m'", "ANTARES_NEXT='npm run up'"],
      ...["ANTARES_PHASE='share'", "ANTARES_SECRETS='A Z'", "SHARE='/srv/a b'"],
    ];
    const expected = [
      `{\n${values.join("\n")}\n${readParts([LIB, TOOLS])}\nbegin\n`,
      `asset 'x.pth' ANTARES_ASSET_0\n`,
      textOf(SHARE).replace("#!/usr/bin/env bash\n", ""),
      "\nexit 0\n} </dev/null\n",
    ];
    assert.equal(text, expected.join(""));
    assert.equal(spawnSync("bash", ["-n"], { input: text }).status, 0);
  });

  it("leaves the first line of each part out, and only that", () => {
    assert.equal(readParts([SHARE]), textOf(SHARE).split("\n").slice(1).join("\n"));
    assert.equal(readParts([SHARE, SHARE]), `${readParts([SHARE])}\n${readParts([SHARE])}`);
  });

  it("runs nothing when it was cut off anywhere on its way", () => {
    const folder = mkdtempSync(join(tmpdir(), "antares-cut-"));
    try {
      const mark = join(folder, "ran");
      const touch = (word: string): string => `echo ${word} >>'${mark}'\n`;
      const values = renderValues({ VALUE: "two\nlines" });
      const end = "exit 0\n} </dev/null\n";
      const script = `{\n${touch("first")}${values}${touch("last")}${end}`;
      for (let length = 0; length <= script.lastIndexOf("}"); length += 1) {
        const cut = script.slice(0, length);
        bash(cut);
        assert.equal(existsSync(mark), false, cut);
      }
      assert.equal(bash(script).status, 0);
      assert.equal(readFileSync(mark, "utf8"), "first\nlast\n");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is no script at all when it ends with any of its lines but the last", () => {
    const whole = renderScript({ source: { parts: [SHARE] }, frame, values: { SHARE: "/srv" } });
    const lines = whole.split("\n").slice(0, -1);
    const check = (count: number): string =>
      spawnSync("bash", ["-n"], {
        input: `${lines.slice(0, count).join("\n")}\n`,
        encoding: "utf8",
      }).stderr;
    for (let count = 1; count < lines.length; count += 1) {
      assert.match(check(count), /syntax error|unexpected (EOF|end of file)/, lines[count - 1]);
    }
    assert.equal(check(lines.length), "");
  });

  it("keeps programs inside from reading the rest of it", () => {
    const { stdout, status } = bash("{\ncat\necho after\nexit 0\n} </dev/null\n");
    assert.deepEqual([stdout, status], ["after\n", 0]);
  });
});

describe("digests", () => {
  it("of values are keyed and cover names and values", () => {
    const digest = createHmac("sha256", "key").update("A='1'\nB='2'\n").digest("hex").slice(0, 16);
    assert.equal(valuesDigest("key", { B: "2", A: "1" }), digest);
    const others = [
      valuesDigest("other", { A: "1", B: "2" }),
      valuesDigest("key", { A: "1", B: "3" }),
      valuesDigest("key", { A: "1", C: "2" }),
      valuesDigest("key", { A: "1'\nB='2" }),
    ];
    assert.equal(new Set([digest, ...others]).size, 5);
  });

  it("of a script cover its frame, its parts, their order and its files", () => {
    const packages = "components/host/scripts/packages.sh";
    const hash = createHash("sha256");
    for (const path of [LIB, TOOLS, SHARE]) hash.update(`${path}\0${textOf(path)}\0`);
    hash.update(`a.sh\0${packages}\0${textOf(packages)}\0`);
    const digest = scriptDigest({ parts: [SHARE], assets: { "a.sh": packages } });
    assert.equal(digest, hash.digest("hex").slice(0, 16));
    const others = [
      scriptDigest({ parts: [SHARE] }),
      scriptDigest({ parts: [SHARE, packages] }),
      scriptDigest({ parts: [packages, SHARE] }),
      scriptDigest({ parts: [SHARE], assets: { "b.sh": packages } }),
    ];
    assert.equal(new Set([digest, ...others]).size, 5);
  });
});
