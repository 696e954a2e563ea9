import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import { isRecord } from "../graph/answers";
import { REGION, stacks } from "../graph/cloudFormation/stacks";
import { type Graph, runProgram } from "../graph/harness";
import { linterPython } from "./linter";
import { type Actions, actionsOfAws } from "./rights";

type Statement = Readonly<Record<string, unknown>>;

const list = (value: unknown): string[] => [value].flat().map(String);

/** Actions of a policy, as it is written. */
function actionsIn(text: string): string[] {
  const policy: unknown = JSON.parse(text);
  const statements = isRecord(policy) ? [policy["Statement"]].flat() : [];
  return statements.filter(isRecord).flatMap(({ Action }) => list(Action));
}

const HERE = `${REGION}:123456789012`;

/** How AWS names what our policies are about, and the mocks do not. */
const ARNS: Readonly<Record<string, string>> = {
  "aws:efs/fileSystem:FileSystem": `arn:aws:elasticfilesystem:${HERE}:file-system/`,
  "aws:rds/instance:Instance": `arn:aws:rds:${HERE}:db:`,
  "aws:s3/bucket:Bucket": "arn:aws:s3:::",
};

/** The statements of all policies, with resources named as AWS does. */
function statementsOf({ resources }: Graph): readonly Statement[] {
  const arns = resources.flatMap(({ type, name }): [string, string][] => {
    const own = ARNS[type];
    return own === undefined ? [] : [[`arn:aws:service:region:123456789012:${name}`, own + name]];
  });
  return resources.flatMap(({ inputs }) => {
    if (typeof inputs["policy"] !== "string") return [];
    const named = arns.reduce((text, [mark, arn]) => text.replaceAll(mark, arn), inputs["policy"]);
    const document: unknown = JSON.parse(named);
    const statements = isRecord(document) ? document["Statement"] : undefined;
    return [statements].flat().filter(isRecord);
  });
}

/** What is wrong with a statement, by the actions that AWS knows. */
function wrong({ Effect, Action, Resource }: Statement, known: Actions): string[] {
  if (Effect === "Deny") return [];
  return list(Action).flatMap((action) => {
    const forms = known.get(action.toLowerCase());
    if (forms === undefined) return [`${action} is no action`];
    const resources = list(Resource);
    if (forms.length === 0) {
      return resources.join() === "*" ? [] : [`${action} knows no resources: only *`];
    }
    return resources
      .filter((resource) => !forms.some((form) => form.test(resource)))
      .map((resource) => `${action} is not on ${resource}`);
  });
}

describe("what our policies allow, for AWS", () => {
  let known: Actions = new Map();
  const statements: Statement[] = [];
  before(async function () {
    this.timeout(300_000);
    known = actionsOfAws(await linterPython());
    for (const config of Object.values(stacks)) {
      statements.push(...statementsOf(await runProgram({ config, preview: false })));
    }
  });

  it("are actions that it has, each on resources of a kind that the action knows", () => {
    const found = statements.flatMap((statement) => wrong(statement, known));
    assert.deepEqual([...new Set(found)], []);
  });

  it("is known to AWS in the deployer's rights, too, each pattern by one action at least", () => {
    const document = readFileSync(join(projectRoot, "docs", "aws.md"), "utf8");
    const policies = [...document.matchAll(/```json\n([^]*?)```/g)].map(([, text]) => text ?? "");
    const patterns = policies.flatMap(actionsIn).map((pattern) => pattern.toLowerCase());
    assert.ok(patterns.includes("iam:*") && patterns.includes("ssm:*document*"));
    const isKnown = (pattern: string): boolean => {
      const form = new RegExp(`^${pattern.replaceAll("*", ".*")}$`);
      return [...known.keys()].some((action) => form.test(action));
    };
    assert.deepEqual(
      patterns.filter((pattern) => !isKnown(pattern)),
      [],
    );
  });

  it("is wrong where an action is none, or a resource is of another kind", () => {
    const on = (Action: string, Resource: string): string[] =>
      wrong({ Effect: "Allow", Action, Resource }, known);
    const instance = "arn:aws:ec2:us-east-1:123456789012:instance/*";
    const document = "arn:aws:ssm:us-east-1:123456789012:document/join";
    assert.deepEqual(on("ssm:GetDocuments", document), ["ssm:GetDocuments is no action"]);
    assert.deepEqual(on("ssm:GetDocument", document), []);
    assert.deepEqual(on("ssm:GetDocument", instance), [`ssm:GetDocument is not on ${instance}`]);
    assert.deepEqual(on("ssm:GetDocument", "*"), ["ssm:GetDocument is not on *"]);
    const channel = "ssmmessages:OpenControlChannel";
    assert.deepEqual(on(channel, "*"), []);
    assert.deepEqual(on(channel, instance), [`${channel} knows no resources: only *`]);
  });
});
