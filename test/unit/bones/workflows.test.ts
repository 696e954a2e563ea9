import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { isObject, type JsonObject, objectsIn, textOf } from "../../../cli/json";
import { projectRoot } from "../../../config/root";
import { pinnedVersion } from "../../../rehearsal/engine/version";

const folder = join(projectRoot, ".github", "workflows");
const read = (name: string): string => readFileSync(join(folder, name), "utf8");

function parsed(name: string): JsonObject {
  const document: unknown = parse(read(name));
  assert.ok(isObject(document));
  return document;
}

/** The one job of a workflow. */
function job(name: string): JsonObject {
  const jobs = parsed(name)["jobs"];
  assert.ok(isObject(jobs));
  const [only, ...others] = objectsIn(Object.values(jobs));
  assert.ok(only !== undefined && others.length === 0);
  return only;
}

const steps = (name: string): readonly JsonObject[] => objectsIn(job(name)["steps"]);
const runs = (name: string): readonly string[] =>
  steps(name)
    .map(({ run }) => textOf(run))
    .filter((run) => run !== "");

const HEADER = "Preview of the stack `dev` at 0123456: **success**\n\n";

/** What the step posts of a preview, run by the shell as GitHub runs it. */
function commentOn(script: string, preview: string): string {
  const folder = mkdtempSync(join(tmpdir(), "antares-comment-"));
  try {
    writeFileSync(join(folder, "preview.txt"), preview);
    writeFileSync(join(folder, "gh"), '#!/bin/sh\ncat "$5" > "$RUNNER_TEMP/posted"\n', {
      mode: 0o755,
    });
    const told = { STACK: "dev", COMMIT: "0123456", OUTCOME: "success", NUMBER: "7" };
    execFileSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
      stdio: "pipe",
      env: { ...told, RUNNER_TEMP: folder, PATH: `${folder}:${process.env["PATH"] ?? ""}` },
    });
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(join(folder, "posted")));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("workflows", () => {
  it("are the two that docs/aws.md speaks of", () => {
    assert.deepEqual(readdirSync(folder).sort(), ["check.yml", "preview.yml"]);
  });

  for (const name of ["check.yml", "preview.yml"]) {
    it(`${name} pins its actions by the whole commit, and keeps no token on disk`, () => {
      const used = steps(name).filter(({ uses }) => uses !== undefined);
      const names = used.map(({ uses }) => textOf(uses).replace(/@[0-9a-f]{40}$/, ""));
      const known = ["actions/checkout", "actions/setup-node"];
      const aws = ["aws-actions/configure-aws-credentials"];
      assert.deepEqual(names, name === "check.yml" ? known : [...known, ...aws]);
      assert.deepEqual(used[0]?.["with"], { "persist-credentials": false });
      // Each pin says which version it is, for the person who raises it.
      assert.equal(read(name).match(/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/gm)?.length, names.length);
    });

    it(`${name} puts nothing that a pull request chooses into a shell's text`, () => {
      assert.ok(runs(name).length > 1);
      assert.deepEqual(
        runs(name).filter((run) => run.includes("${{")),
        [],
      );
    });

    it(`${name} has a time limit, and a newer push ends it`, () => {
      assert.equal(job(name)["timeout-minutes"], 30);
      const concurrency = parsed(name)["concurrency"];
      assert.ok(isObject(concurrency) && concurrency["cancel-in-progress"] === true);
    });
  }

  it("check every pull request without a credential", () => {
    assert.deepEqual(parsed("check.yml")["on"], {
      pull_request: null,
      push: { branches: ["main"] },
    });
    assert.deepEqual(parsed("check.yml")["permissions"], { contents: "read" });
    assert.equal(job("check.yml")["permissions"], undefined);
    assert.equal(job("check.yml")["if"], undefined);
    assert.equal(/secrets|vars\.|id-token|environment:/.test(read("check.yml")), false);
    assert.deepEqual(runs("check.yml"), ["npm ci", "npm test -- unit graph lint cloudFormation"]);
  });

  it("preview behind an approval, never for a fork, with the rights of that job only", () => {
    assert.deepEqual(parsed("preview.yml")["on"], { pull_request: { branches: ["main"] } });
    assert.deepEqual(parsed("preview.yml")["permissions"], {});
    const preview = job("preview.yml");
    assert.equal(
      preview["if"],
      "github.event.pull_request.head.repo.full_name == github.repository",
    );
    assert.equal(preview["environment"], "aws-preview");
    assert.deepEqual(preview["permissions"], {
      contents: "read",
      "id-token": "write",
      "pull-requests": "write",
    });
  });

  it("put into a comment as much of a preview as GitHub takes, whatever it is made of", () => {
    const comment = steps("preview.yml").find(({ name }) => name === "Comment") ?? {};
    const of = (text: string): string => commentOn(textOf(comment["run"]), text);
    assert.equal(of("+ one\n  two\n"), `${HEADER}    + one\n      two\n`);
    // Many short lines, of which the indentation is the most; and characters of several bytes.
    for (const text of ["+\n".repeat(60_000), "ü€𝄞\n".repeat(30_000), "€".repeat(60_000)]) {
      const body = of(text);
      const whole = `${HEADER}${text.replaceAll(/^(?=.)/gm, "    ")}`;
      assert.ok(whole.startsWith(body), "the comment is not the beginning of the preview");
      assert.ok(body.length > 15_000 && body.length <= 65_536, `${body.length} characters`);
    }
  });

  it("hand the passphrase and the token to one step each, and preview with the pinned engine", () => {
    const preview = job("preview.yml");
    assert.deepEqual(preview["env"], {
      PULUMI_VERSION: pinnedVersion,
      STACK: "${{ vars.PULUMI_STACK }}",
    });
    const having = (text: string): unknown[] =>
      steps("preview.yml")
        .filter((step) => JSON.stringify(step).includes(text))
        .map(({ name }) => name);
    assert.deepEqual(having("secrets.PULUMI_CONFIG_PASSPHRASE"), ["Preview"]);
    assert.deepEqual(having("github.token"), ["Comment"]);
    assert.equal(read("preview.yml").match(/secrets\./g)?.length, 1);
  });
});
