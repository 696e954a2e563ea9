import assert from "node:assert/strict";
import { isRecord } from "./answers";
import { OPERATOR, stackConfig } from "./configuration";
import { differences } from "./differences";
import { find } from "./find";
import { nameOf } from "./golden";
import { type Graph, runProgram } from "./harness";

/** `dev` with such a way to its share. */
function run(encryptInTransit: boolean): Promise<Graph> {
  const config = stackConfig("dev", { ...OPERATOR, share: { encryptInTransit } });
  return runProgram({ config, preview: false });
}

/** What the first host waits for that mounts the share. */
const awaited = (graph: Graph): string[] => find(graph, "bootstrap-share").dependencies.map(nameOf);

/** What the file system's policy says. */
function statements(graph: Graph): unknown {
  const policy: unknown = JSON.parse(String(find(graph, "aws-share-policy").inputs["policy"]));
  return isRecord(policy) ? policy["Statement"] : policy;
}

const OF_ALL = {
  Principal: { AWS: "*" },
  Resource: "arn:aws:service:region:123456789012:aws-share-files",
};

/** All that a client may do with a file system that has no policy. */
const MOUNTED = {
  ...{ Sid: "MountThroughTargets", Effect: "Allow", ...OF_ALL },
  Action: ["ClientMount", "ClientWrite", "ClientRootAccess"].map(
    (action) => `elasticfilesystem:${action}`,
  ),
  Condition: { Bool: { "elasticfilesystem:AccessedViaMountTarget": "true" } },
};

const NOT_IN_CLEAR = {
  ...{ Sid: "NothingInClear", Effect: "Deny", ...OF_ALL, Action: "*" },
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};

describe("the share on AWS", () => {
  let clear: Graph = { resources: [], listeners: [] };
  let encrypted = clear;
  before(async () => {
    clear = await run(false);
    encrypted = await run(true);
  });

  it("is handed over when every zone can mount it", () => {
    for (const zone of ["a", "b"]) assert.ok(awaited(clear).includes(`aws-share-target-${zone}`));
  });

  it("lets nobody come in clear where the way is encrypted", () => {
    assert.deepEqual(statements(clear), [MOUNTED]);
    assert.deepEqual(statements(encrypted), [MOUNTED, NOT_IN_CLEAR]);
  });

  it("is mounted anew on every host after its policy was changed, which never goes", () => {
    const steps = ["bootstrap-join-node1", "bootstrap-join-node2", "bootstrap-share"];
    for (const [from, to] of [
      [clear, encrypted],
      [encrypted, clear],
    ] as const) {
      const { rerun, changed, added, removed } = differences(from, to);
      assert.deepEqual([...rerun].sort(), steps);
      // Elastic nodes are told by template and document.
      const others = ["aws-share-policy", "elastic-join-document", "elastic-template"];
      assert.deepEqual([[...changed].sort(), added, removed], [others, [], []]);
      assert.ok(awaited(to).includes("aws-share-policy"));
    }
  });
});
