import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { image } from "../../../cli/image";
import { UserError } from "../../../cli/userError";
import { projectRoot } from "../../../config/root";

/** Stands for the AWS CLI: writes down how it was called, and answers. */
const standIn = `#!${process.execPath}
const fs = require("node:fs");
const args = process.argv.slice(2);
fs.writeFileSync(__dirname + "/call", JSON.stringify({ args, pager: process.env.AWS_PAGER }));
const { stdout, stderr, code } = JSON.parse(fs.readFileSync(__dirname + "/answer", "utf8"));
fs.writeSync(1, stdout ?? "");
fs.writeSync(2, stderr ?? "");
process.exitCode = code ?? 0;
`;

const one = (id: string, name: string, day: string) => ({
  ImageId: id,
  Name: name,
  CreationDate: `2026-${day}T00:00:00.000Z`,
});
const NEWEST = "ami-0123456789abcdef0";
const images = [
  one("ami-0aaaaaaaaaaaaaaaa", "debian-12-amd64-20260901-2222", "09-01"),
  one(NEWEST, "debian-12-amd64-20261101-2284", "11-01"),
  one("ami-0bbbbbbbbbbbbbbbb", "debian-12-amd64-20261001-2250", "10-01"),
  one("ami-0cccccccccccccccc", "debian-12-amd64-daily-20261120-2300", "11-20"),
];
const found = { stdout: JSON.stringify({ Images: images }) };

describe("npm run image", () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "image-"));
    env = { PATH: folder };
    for (const stack of ["dev", "prod", "hosts"]) {
      cpSync(join(projectRoot, `Pulumi.${stack}.yaml`), join(folder, `Pulumi.${stack}.yaml`));
    }
    writeFileSync(join(folder, "aws"), standIn);
    chmodSync(join(folder, "aws"), 0o755);
    answer(found);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const answer = (what: object): void =>
    writeFileSync(join(folder, "answer"), JSON.stringify(what));
  const run = (...args: string[]): Promise<string> => image(args, { project: folder, env });
  const refused = async (...args: string[]): Promise<[string, string]> => {
    const error: unknown = await run(...args).catch((reason: unknown) => reason);
    assert.ok(error instanceof UserError);
    return [error.message, error.next];
  };
  const read = (stack: string): string[] =>
    readFileSync(join(folder, `Pulumi.${stack}.yaml`), "utf8").split("\n");

  for (const stack of ["dev", "prod"]) {
    it(`writes Debian's newest release into ${stack}, and changes no other line`, async () => {
      const before = read(stack);
      assert.equal(
        await run(stack),
        `debian-12-amd64-20261101-2284 of us-east-1 is ${NEWEST}; Pulumi.${stack}.yaml has it now`,
      );
      const after = read(stack);
      const line = after.indexOf(`    image: ${NEWEST}`);
      const subject = after.lastIndexOf("  antares:compute:", line);
      assert.ok(subject > 0 && subject < line);
      assert.ok(!after.slice(subject + 1, line).some((each) => /^ {2}\S/.test(each)));
      assert.deepEqual(after.toSpliced(line, 1), before);
    });
  }

  it("asks the region of the stack for images of Debian's own account, without a pager", async () => {
    await run("dev");
    const call: unknown = JSON.parse(readFileSync(join(folder, "call"), "utf8"));
    assert.deepEqual(call, {
      args: [
        ...["ec2", "describe-images", "--region", "us-east-1", "--owners", "136693071363"],
        "--filters",
        "Name=name,Values=debian-12-amd64-*",
        "Name=virtualization-type,Values=hvm",
        ...["--output", "json"],
      ],
      pager: "",
    });
  });

  it("replaces an older one, and leaves the file alone where it is the newest", async () => {
    const file = join(folder, "Pulumi.other.yaml");
    const written = (id: string): string =>
      `config:\n  antares:target: aws\n  antares:network.region: eu-west-1\n  antares:compute.image: ${id}\n`;
    writeFileSync(file, written("ami-0aaaaaaaaaaaaaaaa"));
    const told = `debian-12-amd64-20261101-2284 of eu-west-1 is ${NEWEST}; Pulumi.other.yaml has it`;
    assert.equal(await run("org/antares/other"), `${told} now, before: ami-0aaaaaaaaaaaaaaaa`);
    assert.equal(readFileSync(file, "utf8"), written(NEWEST));
    assert.equal(await run("other"), `${told} already`);
  });

  it("says what is missing, and what to do", async () => {
    const again = "npm run image -- dev";
    answer({ code: 253, stderr: "\nUnable to locate credentials. You can configure them.\n" });
    assert.deepEqual(await refused("dev"), [
      "aws ec2 describe-images: Unable to locate credentials. You can configure them.",
      `log in to AWS (\`aws sts get-caller-identity\` says as whom), then: ${again}`,
    ]);
    answer({ stdout: '{"Images": []}' });
    assert.deepEqual(await refused("dev"), [
      "us-east-1 has no image of Debian 12 by Debian's account 136693071363",
      `set antares:compute.image yourself, or another antares:network.region, then: ${again}`,
    ]);
    rmSync(join(folder, "aws"));
    assert.deepEqual(await refused("dev"), [
      "there is no `aws` on PATH",
      `install the AWS CLI (https://aws.amazon.com/cli/), then: ${again}. Without compute.image the ` +
        "first up looks an image up itself",
    ]);
  });

  it("is refused where it makes no sense", async () => {
    const usage = "npm run image -- STACK";
    assert.deepEqual(await refused(), ["no stack is named", usage]);
    assert.deepEqual(await refused("dev", "--yes"), ["not understood: --yes", usage]);
    assert.deepEqual(await refused("nowhere"), [
      "there is no Pulumi.nowhere.yaml",
      `${usage}, for a stack with a file`,
    ]);
    assert.deepEqual(await refused("hosts"), [
      "the target of Pulumi.hosts.yaml is hosts; only hosts on AWS begin with an image",
      `${usage}, for a stack whose antares:target is aws`,
    ]);
    writeFileSync(join(folder, "Pulumi.bare.yaml"), "config:\n  antares:target: aws\n");
    assert.deepEqual(await refused("bare"), [
      "Pulumi.bare.yaml has no antares:network.region, and each region has its own images",
      "pulumi config set --path antares:network.region REGION --stack bare",
    ]);
  });

  it("ends as the other commands do", () => {
    const main = join(projectRoot, "dist", "cli", "image.js");
    const ended = spawnSync(process.execPath, [main], { encoding: "utf8" });
    assert.deepEqual(
      [ended.status, ended.stdout, ended.stderr],
      [1, "", "error: no stack is named\nnext: npm run image -- STACK\n"],
    );
  });
});
