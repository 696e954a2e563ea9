import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { FOUND_ACCOUNT, type FoundAccount } from "./awsAnswers";
import { type Given, OPERATOR, stackConfig, variants } from "./configuration";
import { find } from "./find";
import { type Graph, runProgram } from "./harness";

const VCPUS = "L-1216C47A";
const ADDRESSES = "L-0263D0A3";
const NETWORKS = "L-F678F1CE";

/** The graph of `dev` in an account that has this. */
function run(account: Partial<FoundAccount>, given: Given = {}): Promise<Graph> {
  const config = stackConfig("dev", { ...OPERATOR, ...given });
  return runProgram({ config, preview: true, account: { ...FOUND_ACCOUNT, ...account } });
}

function quotas(changed: Readonly<Record<string, number>>): Partial<FoundAccount> {
  return { quotas: { ...FOUND_ACCOUNT.quotas, ...changed } };
}

/** That a run ends with just these faults. */
async function refused(graph: Promise<Graph>, ...faults: readonly string[]): Promise<void> {
  const said: unknown = await graph.then(
    () => "nothing",
    (error: unknown) => (error instanceof Error ? error.message.split("\n") : error),
  );
  assert.ok(Array.isArray(said), String(said));
  const heading = "the account does not fit what is configured:";
  assert.deepEqual(said.slice(1), [heading, ...faults.map((fault) => `  antares:${fault}`)]);
}

/** What was warned of while a promise was at work. */
async function warnings(work: () => Promise<unknown>): Promise<string[]> {
  const said: string[] = [];
  const { warn } = pulumi.log;
  Object.assign(pulumi.log, { warn: (text: string) => Promise.resolve(void said.push(text)) });
  try {
    await work();
  } finally {
    Object.assign(pulumi.log, { warn });
  }
  return said;
}

describe("an account's quotas", () => {
  const vcpus = (most: number): string =>
    `expected at most ${most} vCPUs of running on-demand standard instances in this region (quota ${VCPUS} of ec2)`;

  it("are enough where master and all nodes just find room", async () => {
    // t3.large, and 2 + 4 m6i.large.
    const enough = quotas({ [VCPUS]: 14, [ADDRESSES]: 2, [NETWORKS]: 2 });
    find(await run(enough), "aws-network-vpc");
  });

  it("end a preview by the key that asks for too many processors", async () => {
    await refused(
      run(quotas({ [VCPUS]: 13 })),
      `elastic.max is 4: ${vcpus(13)}; master and nodes would take 14`,
    );
    await refused(
      run(quotas({ [VCPUS]: 5 })),
      `compute.nodes is 2: ${vcpus(5)}; master and nodes would take 6`,
    );
  });

  it("count processors of standard instances only", async () => {
    const compute = { masterType: "t3.large", nodeType: "x2idn.32xlarge", nodes: 2 };
    find(await run(quotas({ [VCPUS]: 2 }), { compute }), "aws-network-vpc");
  });

  it("count the addresses and networks of others, and not twice those of the stack", async () => {
    const standing = { addresses: { all: 5, own: 2 }, networks: { all: 5, own: 1 } };
    find(await run(standing), "aws-network-vpc");
    await refused(
      run({ addresses: { all: 6, own: 2 }, networks: { all: 6, own: 1 } }),
      `network: expected at most 5 Elastic IP addresses in this region (quota ${ADDRESSES} of ec2); ` +
        "the master takes 1, NAT 1, and others have 4",
      `network: expected at most 5 VPCs in this region (quota ${NETWORKS} of vpc); ` +
        "others have 5: or name one in network.vpc",
    );
  });

  it("are not asked of a parked cluster", async () => {
    const graph = await run({ quotas: {} }, { power: "parked", elastic: { max: 4 } });
    find(graph, "aws-network-vpc");
  });

  it("are warned of, no more, where AWS does not tell them", async () => {
    const { [VCPUS]: _none, ...known } = FOUND_ACCOUNT.quotas;
    const said = await warnings(async () => {
      find(await run({ quotas: known }), "aws-network-vpc");
    });
    assert.deepEqual(said, [
      "AWS does not say whether the account has room for what is configured: " +
        "not authorized to perform GetServiceQuota",
    ]);
  });

  it("have room for production as it is", async () => {
    const graph = await runProgram({ config: variants.prod, preview: true });
    find(graph, "aws-network-vpc");
  });
});
