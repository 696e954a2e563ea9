import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type Cidr, contains, overlaps, parseCidr } from "../../config/network/cidr";
import { asRecord } from "./answers";
import { isCommand } from "./commands";
import { type StackConfig, stackConfig } from "./configuration";
import { identical } from "./differences";
import { awsCases } from "./generated/awsCases";
import type { Case } from "./generated/case";
import { hostsCases } from "./generated/hostsCases";
import { localCases } from "./generated/localCases";
import { type Graph, runProgram } from "./harness";
import { cluster } from "./order";
import { faults, rules } from "./rules";
import { noSecretInClear, secretsOf } from "./secrets";

/** The ranges of all subnets, and that of their VPC. */
function networkOf({ resources }: Graph): { readonly vpc: Cidr; readonly subnets: Cidr[] } {
  const of = (type: string): Cidr[] =>
    resources
      .filter((one) => one.type === `aws:ec2/${type}`)
      .map(({ inputs }) => parseCidr(String(inputs["cidrBlock"])) ?? assert.fail("no range"));
  const [vpc = assert.fail("no VPC")] = of("vpc:Vpc");
  return { vpc, subnets: of("subnet:Subnet") };
}

/** The graph of a case, held to every rule, without a secret in clear, and the same the next time. */
async function judged(config: StackConfig, { preview }: Case): Promise<Graph> {
  const graph = await runProgram({ config, preview });
  assert.deepEqual(faults(graph, [...rules, noSecretInClear(secretsOf(config, graph))]), []);
  assert.ok(identical(graph, await runProgram({ config, preview })));
  return graph;
}

const stepsOf = ({ resources }: Graph): string[] =>
  resources.filter(isCommand).map(({ name }) => name);

describe("the graph of any configuration", function () {
  this.timeout(120_000);

  it("keeps every rule, has no secret in clear, and is the same the next time", async () => {
    let runs = 0;
    const property = fc.asyncProperty(localCases, async (one) => {
      runs += 1;
      const config = stackConfig("local", one.given, one.secrets);
      const steps = stepsOf(await judged(config, one));
      const ownServer = steps.includes("machine-database-server");
      assert.equal(steps.length, ownServer ? 10 : 9);
      assert.equal(
        ownServer,
        JSON.parse(config.values["antares:database"] ?? "").server === "local",
      );
    });
    await fc.assert(property, { numRuns: 40 });
    assert.equal(runs, 40);
  });

  it("of a cluster does, too, with one step a node", async () => {
    const property = fc.asyncProperty(hostsCases, async (one) => {
      const graph = await judged(stackConfig("hosts", one.given, one.secrets), one);
      // Nine steps of the master: server, share, software, settings, datacube, antares, recipe,
      // scheduler, acceptance.
      assert.equal(stepsOf(graph).length, 9 + cluster(graph).nodes.length);
    });
    await fc.assert(property, { numRuns: 25 });
  });

  it("on AWS does, too, with subnets that are apart", async () => {
    const property = fc.asyncProperty(awsCases, async (one) => {
      const graph = await judged(stackConfig("dev", one.given, one.secrets), one);
      const { nodes, parked } = cluster(graph);
      const { max, baked } = asRecord(one.given["elastic"]);
      const own = Number(!parked) + Number(baked === true && max !== 0);
      // The master's steps but for the server, which is Amazon's. A parked cluster is not accepted; an
      // image is waited for.
      assert.equal(stepsOf(graph).length, 7 + own + nodes.length);
      assert.equal(parked, one.given["power"] === "parked");
      if ("vpc" in asRecord(one.given["network"])) return;
      const { vpc, subnets } = networkOf(graph);
      assert.ok(subnets.length >= 4);
      subnets.forEach((subnet, i) => {
        assert.ok(contains(vpc, subnet));
        for (const other of subnets.slice(0, i)) assert.ok(!overlaps(subnet, other));
      });
    });
    await fc.assert(property, { numRuns: 25 });
  });

  it("on AWS grows by the same with each node", async () => {
    const property = fc.asyncProperty(awsCases, async ({ given, secrets, preview }) => {
      const sizes: number[][] = [];
      for (const nodes of [1, 2, 3]) {
        const compute = { ...asRecord(given["compute"]), nodes };
        const config = stackConfig("dev", { ...given, compute }, secrets);
        const { resources } = await runProgram({ config, preview });
        const waits = resources.map(({ dependencies }) => dependencies.length);
        sizes.push([resources.length, waits.reduce((sum, count) => sum + count, 0)]);
      }
      const [[r1 = 0, e1 = 0] = [], [r2 = 0, e2 = 0] = [], [r3 = 0, e3 = 0] = []] = sizes;
      // The instance, what holds it running or stopped, its preflight, its join.
      assert.deepEqual([r2 - r1, r3 - r2], [4, 4]);
      assert.equal(e3 - e2, e2 - e1);
    });
    await fc.assert(property, { numRuns: 6 });
  });
});
