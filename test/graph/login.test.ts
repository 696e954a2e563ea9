import assert from "node:assert/strict";
import { utils } from "ssh2";
import { OPERATOR, stackConfig } from "./configuration";
import { find } from "./find";
import { type Graph, runProgram } from "./harness";
import { faults, rules } from "./rules";
import { noSecretInClear, secretsOf } from "./secrets";

const KEY_PAIR = "aws-instances-key-pair";

describe("the operator's own key on AWS", () => {
  const pair = utils.generateKeyPairSync("ed25519");
  const config = stackConfig("dev", OPERATOR, { sshPrivateKey: pair.private });
  let graph: Graph = { resources: [], listeners: [] };
  before(async () => {
    graph = await runProgram({ config, preview: false });
  });

  it("is imported by its public half, in clear, and no other is generated", () => {
    const [kind, text] = pair.public.split(" ");
    assert.equal(find(graph, KEY_PAIR).inputs["publicKey"], `${kind} ${text}`);
    const types = graph.resources.map(({ type }) => type);
    assert.equal(types.filter((type) => type.endsWith(":GeneratedKey")).length, 0);
  });

  it("lets in at every host, fixed or not", () => {
    const hosts = ["aws-instances-master", "aws-instances-node1", "elastic-template"];
    const keys = hosts.map((name) => find(graph, name).inputs["keyName"]);
    assert.deepEqual(keys, Array<string>(3).fill(`name-of-${KEY_PAIR}`));
  });

  it("is nowhere in clear itself", () => {
    assert.deepEqual(faults(graph, [...rules, noSecretInClear(secretsOf(config, graph))]), []);
  });
});
