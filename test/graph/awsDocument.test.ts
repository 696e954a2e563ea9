import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import { everywhere, onAws } from "../../outputs/keys";
import { isRecord } from "./answers";
import { variants } from "./configuration";
import { runProgram } from "./harness";

const document = readFileSync(join(projectRoot, "docs", "aws.md"), "utf8");

/** What a resource is called in IAM, where that is not its module's name in Pulumi. */
const services: Readonly<Record<string, string>> = {
  efs: "elasticfilesystem",
  vpc: "ec2",
  ec2transitgateway: "ec2",
};

/** Actions by the resources that the deployer's policy allows them on. */
function allowed(): ReadonlyMap<string, readonly string[]> {
  const [, text = ""] = /```json\n([^]*?)```/.exec(document) ?? [];
  const policy: unknown = JSON.parse(text);
  assert.ok(isRecord(policy) && Array.isArray(policy["Statement"]));
  const list = (value: unknown): string[] => [value].flat().map(String);
  return new Map(
    policy["Statement"].flatMap((statement: unknown) => {
      assert.ok(isRecord(statement) && statement["Effect"] === "Allow");
      const resources = list(statement["Resource"]);
      return list(statement["Action"]).map((action) => [action, resources] as const);
    }),
  );
}

describe("docs/aws.md", () => {
  it("gives the deployer rights on every service of the graph, and on roles of ours only", async () => {
    const rights = allowed();
    const used = new Set<string>();
    for (const variant of ["dev", "prod"] as const) {
      const graph = await runProgram({ config: variants[variant], preview: false });
      for (const { type, name } of graph.resources.filter((one) => one.type.startsWith("aws:"))) {
        const module = /^aws:(\w+)\//.exec(type)?.[1] ?? type;
        used.add(services[module] ?? module);
        if (module === "iam") assert.match(name, /^(aws|elastic)-/);
      }
    }
    const given = new Set([...rights.keys()].map((action) => action.replace(/:.*/, "")));
    assert.deepEqual(
      [...used].filter((service) => !given.has(service)),
      [],
    );
    for (const resource of rights.get("iam:*") ?? ["*"]) {
      assert.match(resource, /^arn:aws:iam::\*:(role|instance-profile)\/(aws|elastic)-\*$/);
    }
  });

  it("names every output, and no other", () => {
    const rows = document.split("\n").filter((line) => /^\| (`\w+`(, )?)+ +\|/.test(line));
    const named = rows.flatMap((row) => row.split("|")[1]?.match(/\w+/g) ?? []);
    const known = [...Object.keys(everywhere), ...Object.keys(onAws), "target"];
    assert.deepEqual(named.sort(), known.sort());
  });

  it("says of what was never run that it was not", () => {
    assert.match(document, /\*\*Nothing here has ever been run on AWS\.\*\*/);
    assert.ok((document.match(/\[not run/g)?.length ?? 0) >= 5);
  });
});
