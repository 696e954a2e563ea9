import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { FOUND_ACCOUNT, type FoundAccount } from "./awsAnswers";
import { type Given, OPERATOR, stackConfig } from "./configuration";
import { find } from "./find";
import { type Graph, runProgram } from "./harness";

const VCPUS = "L-1216C47A";
const ADDRESSES = "L-0263D0A3";
const NETWORKS = "L-F678F1CE";

/** Runs `dev` in an account that has this; what it warns of goes to `said`. */
async function run(account: Partial<FoundAccount>, given: Given = {}): Promise<Graph> {
  const config = stackConfig("dev", { ...OPERATOR, ...given });
  const { warn } = pulumi.log;
  Object.assign(pulumi.log, { warn: (text: string) => Promise.resolve(void said.push(text)) });
  try {
    return await runProgram({ config, preview: true, account: { ...FOUND_ACCOUNT, ...account } });
  } finally {
    Object.assign(pulumi.log, { warn });
  }
}

let said: string[] = [];

function quotas(changed: Readonly<Record<string, number>>): Partial<FoundAccount> {
  return { quotas: { ...FOUND_ACCOUNT.quotas, ...changed } };
}

/** That a run ends with just these faults. */
async function refused(graph: Promise<Graph>, ...faults: readonly string[]): Promise<void> {
  const told: unknown = await graph.then(
    () => "nothing",
    (error: unknown) => (error instanceof Error ? error.message.split("\n") : error),
  );
  assert.ok(Array.isArray(told), String(told));
  const heading = "what AWS has does not fit what is configured:";
  assert.deepEqual(told.slice(1), [heading, ...faults.map((fault) => `  antares:${fault}`)]);
}

describe("an account's quotas", () => {
  const vcpus = (most: number): string =>
    `expected at most ${most} vCPUs of running on-demand standard instances in this region (quota ${VCPUS} of ec2)`;

  beforeEach(() => (said = []));

  it("are enough where master and all nodes just find room", async () => {
    // t3.large, and 2 + 4 m6i.large.
    const enough = quotas({ [VCPUS]: 14, [ADDRESSES]: 2, [NETWORKS]: 2 });
    find(await run(enough), "aws-network-vpc");
    assert.deepEqual(said, []);
  });

  it("end a preview where master and fixed nodes need more processors", async () => {
    await refused(
      run(quotas({ [VCPUS]: 5 })),
      `compute.nodes is 2: ${vcpus(5)}; master and nodes would take 6`,
    );
  });

  it("are warned of where nodes that may come need more", async () => {
    find(await run(quotas({ [VCPUS]: 13 })), "elastic-group");
    assert.deepEqual(said, [
      `antares:elastic.max is 4: ${vcpus(13)}, which has room for 3 of them`,
    ]);
  });

  it("count processors of standard instances only", async () => {
    const compute = { masterType: "t3.large", nodeType: "x2idn.32xlarge", nodes: 2 };
    find(await run(quotas({ [VCPUS]: 2 }), { compute }), "aws-network-vpc");
    assert.deepEqual(said, []);
    const others = { ...compute, nodeType: "m6i.32xlarge" };
    const fault = `compute.nodes is 2: ${vcpus(2)}; master and nodes would take 258`;
    await refused(run(quotas({ [VCPUS]: 2 }), { compute: others }), fault);
  });

  it("count the machine that builds an image while master and fixed nodes run, and no longer", async () => {
    const elastic = { max: 4, baked: true };
    const seven = quotas({ [VCPUS]: 7 });
    const fault = `elastic.baked is true: ${vcpus(7)}; master, nodes and the machine that builds the image would take 8`;
    await refused(run(seven, { elastic }), fault);
    await run(seven, { elastic: { max: 0, baked: true } });
    await run(quotas({ [VCPUS]: 14 }), { elastic });
    assert.deepEqual(said, []);
  });

  it("count the addresses and networks of others, and not twice those of the stack", async () => {
    const standing = { addresses: { all: 5, own: 2 }, networks: { all: 5, own: 1 } };
    find(await run(standing), "aws-network-vpc");
    assert.deepEqual(said, []);
    await refused(
      run({ addresses: { all: 6, own: 2 }, networks: { all: 6, own: 1 } }),
      `network: expected at most 5 Elastic IP addresses in this region (quota ${ADDRESSES} of ec2); ` +
        "the master takes 1, NAT 1, and others have 4",
      `network: expected at most 5 VPCs in this region (quota ${NETWORKS} of vpc); ` +
        "others have 5: or name one in network.vpc",
    );
  });

  it("are not asked of a parked cluster", async () => {
    const none = { [VCPUS]: 0, [ADDRESSES]: 0, [NETWORKS]: 0 };
    find(await run({ quotas: none }, { power: "parked" }), "aws-network-vpc");
    assert.deepEqual(said, []);
  });

  it("are warned of, no more, where AWS does not tell them: each reason once", async () => {
    find(await run({ quotas: {} }), "aws-network-vpc");
    assert.deepEqual(said, [
      "AWS does not say whether the account has room for what is configured: " +
        "not authorized to perform GetServiceQuota",
    ]);
  });
});

describe("what the region has", () => {
  beforeEach(() => (said = []));

  const NETWORK = { region: "us-east-1", sshFrom: ["203.0.113.0/24"] };
  const types = (key: string): string =>
    `compute.${key} is m6i.tiny: expected a type of instances that AWS has in us-east-1`;

  it("ends a preview where a zone is not among it, by those that are", async () => {
    const expected = "expected availability zones that us-east-1 has for this account, which are";
    await refused(run({ zones: ["a", "c"] }), `network.zones: ${expected} a, c: not b`);
    const network = { ...NETWORK, zones: ["a", "e", "f"] };
    await refused(run({}, { network }), `network.zones: ${expected} a, b, c, d: not e, f`);
    find(
      await run({ zones: ["a", "c"] }, { network: { ...NETWORK, zones: ["c", "a"] } }),
      "aws-network-vpc",
    );
  });

  it("ends a preview where a type of instances is not among it, with nothing else said of that", async () => {
    const compute = { masterType: "m6i.tiny", nodeType: "m6i.large", nodes: 2 };
    await refused(run({}, { compute }), types("masterType"));
    await refused(run({}, { compute: { nodeType: "m6i.tiny" } }), types("nodeType"));
    await refused(
      run({}, { compute: { masterType: "m6i.tiny", nodeType: "m6i.tiny" } }),
      types("masterType"),
      types("nodeType"),
    );
    assert.deepEqual(said, []);
  });

  it("is asked about types that the quota is not about, too", async () => {
    const type = "x2idn.32xlarge";
    const compute = { masterType: "t3.large", nodeType: type, nodes: 0 };
    const fault = types("nodeType").replace("m6i.tiny", type);
    await refused(run({ missing: type }, { compute }), fault);
  });

  it("is warned of, no more, where the role may not ask", async () => {
    find(await run({ closed: ["AvailabilityZones", "InstanceType"] }), "aws-network-vpc");
    const [room, has] = [
      "whether the account has room for what is configured",
      "whether it has the zones and types of instances that are configured",
    ];
    assert.deepEqual(
      said.sort(),
      [
        `AWS does not say ${has}: not authorized to get AvailabilityZones`,
        `AWS does not say ${has}: not authorized to get InstanceType`,
        `AWS does not say ${room}: not authorized to get InstanceType`,
      ].sort(),
    );
  });

  it("is not asked of a parked cluster", async () => {
    const closed = ["AvailabilityZones", "InstanceType"];
    await run({ closed }, { power: "parked" });
    assert.deepEqual(said, []);
  });
});
