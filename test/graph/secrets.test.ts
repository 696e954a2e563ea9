import assert from "node:assert/strict";
import { change, type Change, input, option } from "./change";
import { variants } from "./configuration";
import { type Graph, runProgram } from "./harness";
import { inClear, noSecretInClear, secretsOf, strings } from "./secrets";

describe("the rule of secrets", () => {
  let graph: Graph = { resources: [], listeners: [] };
  before(async () => {
    graph = await runProgram({ config: variants["local-ssh"], preview: false });
  });

  it("finds one in clear, in inputs, outputs and options", () => {
    const secrets = secretsOf(variants["local-ssh"], graph);
    const rule = noSecretInClear(secrets);
    const secret = "generated-by-bootstrap-database-password";
    const ways = [input("create", `x ${secret}`), option("aliases", [secret])];
    const outputs: Change = () => ({ outputs: { a: { b: [secret] } } });
    for (const by of [...ways, outputs]) {
      assert.deepEqual(rule.check(change(graph, "bootstrap-share", by)), ["bootstrap-share"]);
    }
  });

  it("looks for each of them, and all but the key of the digests do travel", () => {
    const secrets = secretsOf(variants["local-ssh"], graph);
    const made = ["machine-digest-key", "machine-database-admin-password"];
    const generated = [...made, "bootstrap-database-password", "bootstrap-django-secret-key"];
    const body = variants["local-ssh"].values["antares:sshPrivateKey"]?.split("\n")[1] ?? "";
    assert.deepEqual(
      [...secrets].sort(),
      [...generated.map((n) => `generated-by-${n}`), body].sort(),
    );
    const all = strings(graph.resources).join("\n");
    const travelling = secrets.filter((secret) => all.includes(secret));
    // The key of the digests is used in the program alone.
    assert.deepEqual(
      secrets.filter((one) => !travelling.includes(one)),
      ["generated-by-machine-digest-key"],
    );
    assert.ok(!strings(inClear(graph.resources)).join("\n").includes(body));
  });
});
