import assert from "node:assert/strict";
import type { SshTarget } from "../../providers/ssh/target";
import { open, targetOf } from "./commands";
import { formalPrivateKey, OPERATOR, stackConfig } from "./configuration";
import { differences } from "./differences";
import { type Graph, runProgram } from "./harness";
import { isRecord, isSecret } from "./answers";
import type { Registration } from "./registration";
import { find } from "./find";

const MASTER = { name: "alpha", role: "master", address: "192.0.2.10" };
const GATE = { name: "gate", role: "jump", address: "198.51.100.1" };

// As long as an ed25519 key is.
const KEYS = {
  sshPrivateKey: formalPrivateKey("k".repeat(215)),
  sshJumpPrivateKey: formalPrivateKey("j".repeat(215)),
};

const node = (i: number): object => ({ name: `node${i}`, address: `192.0.2.${i + 10}` });
const hidden = (i: number): object => ({ ...node(i), jump: "gate" });

function clusterOf(nodes: readonly object[], gate: object = GATE): Promise<Graph> {
  const config = stackConfig("hosts", { ...OPERATOR, hosts: [MASTER, gate, ...nodes] }, KEYS);
  return runProgram({ config, preview: false });
}

const first = (count: number, kind: (i: number) => object): object[] =>
  Array.from({ length: count }, (_, i) => kind(i + 1));

/**
 * Bytes of a resource in a state file: its inputs, and its outputs that repeat them; secrets are
 * encrypted, in base64. What the engine adds was counted in the state file of a real deployment.
 */
function stateSize({ inputs, dependencies, options: { hooks } }: Registration): number {
  const sizes = Object.values(inputs).map((value) => {
    const bytes = Buffer.byteLength(JSON.stringify(value));
    return holdsSecret(value) ? (bytes * 4) / 3 + 100 : bytes;
  });
  const both = 2 * sizes.reduce((sum, size) => sum + size, 0);
  const once = Buffer.byteLength(JSON.stringify(hooks ?? {}));
  return both + once + ENGINE_BYTES + DEPENDENCY_BYTES * dependencies.length;
}

function holdsSecret(value: unknown): boolean {
  return isSecret(value) || (isRecord(value) && Object.values(value).some(holdsSecret));
}

const ENGINE_BYTES = 1400;
const DEPENDENCY_BYTES = 250;

describe("the graph of many nodes", function () {
  this.timeout(60_000);

  // A key is four times in a node's state; what a second one makes of the target is told in docs/performance.md.
  for (const { where, kind, gate, limit } of [
    { where: "reached directly", kind: node, gate: GATE, limit: 20_000 },
    { where: "behind a jump host", kind: hidden, gate: GATE, limit: 20_000 },
    {
      where: "behind a jump host with a key of its own",
      kind: hidden,
      gate: { ...GATE, key: "sshJumpPrivateKey" },
      limit: 22_000,
    },
  ]) {
    it(`grows by two resources and less than ${limit} bytes of state a node ${where}`, async () => {
      const sizes: { count: number; resources: number; edges: number; bytes: number }[] = [];
      for (const count of [2, 4, 8, 16]) {
        const { resources } = await clusterOf(first(count, kind), gate);
        const edges = resources.reduce((sum, { dependencies }) => sum + dependencies.length, 0);
        const bytes = resources.reduce((sum, one) => sum + stateSize(one), 0);
        sizes.push({ count, resources: resources.length, edges, bytes });
      }
      const steps = sizes.slice(1).map((more, i) => {
        const less = sizes[i] ?? more;
        const nodes = more.count - less.count;
        const growth = (key: "resources" | "edges" | "bytes"): number =>
          (more[key] - less[key]) / nodes;
        return { resources: growth("resources"), edges: growth("edges"), bytes: growth("bytes") };
      });
      const [{ edges = 0 } = {}] = steps;
      for (const step of steps) {
        assert.deepEqual([step.resources, step.edges], [2, edges]);
        assert.ok(step.bytes < limit, `${step.bytes} bytes a node`);
      }
    });
  }

  it("runs nothing of other nodes again when one more comes or one goes", async () => {
    const three = await clusterOf([node(1), node(2), node(3)]);
    const four = await clusterOf([node(1), node(2), node(3), node(4)]);
    // The list of members, and what the acceptance compares the cluster with.
    const rerun = ["bootstrap-scheduler", "bootstrap-acceptance"];
    const own = ["hosts-node4-ready", "bootstrap-join-node4"];
    const none = { rerun, changed: [], added: [], removed: [] };
    assert.deepEqual(differences(three, four), { ...none, added: own });
    assert.deepEqual(differences(four, three), { ...none, removed: own });
    const without = await clusterOf([node(1), node(3)]);
    const gone = ["hosts-node2-ready", "bootstrap-join-node2"];
    assert.deepEqual(differences(three, without), { ...none, removed: gone });
  });

  it("reaches a node behind a jump host by our own client, others by the plugin", async () => {
    const graph = await clusterOf([node(1), hidden(2)]);
    assert.equal(find(graph, "bootstrap-join-node1").type, "command:remote:Command");
    assert.equal(find(graph, "bootstrap-join-node2").type, "command:local:Command");
  });

  it("gives the jump host's key only where it is another one", async () => {
    const keys = async (gate: object): Promise<unknown> => {
      const graph = await clusterOf([hidden(1)], gate);
      const step = targetOf(open(find(graph, "bootstrap-join-node1"), "environment"));
      const ready = open(find(graph, "hosts-node1-ready"), "ssh") as SshTarget;
      return [step, ready].map((target) => [target?.privateKey, target?.proxy?.privateKey]);
    };
    const { sshPrivateKey: host, sshJumpPrivateKey: jump } = KEYS;
    assert.deepEqual(await keys(GATE), [
      [host, undefined],
      [host, undefined],
    ]);
    const own = { ...GATE, key: "sshJumpPrivateKey" };
    assert.deepEqual(await keys(own), [
      [host, jump],
      [host, jump],
    ]);
  });
});
