import assert from "node:assert/strict";
import { FOUND_NETWORK, type FoundNetwork } from "./awsAnswers";
import { type Given, OPERATOR, stackConfig } from "./configuration";
import { find } from "./find";
import { type Graph, runProgram } from "./harness";
import { faults } from "./rules";

const [A = "", B = ""] = Object.keys(FOUND_NETWORK.subnets);
const VPC = "vpc-0a1b2c3d4e5f60718";

const EXISTING: Given = {
  ...OPERATOR,
  network: {
    region: "us-east-1",
    sshFrom: ["203.0.113.0/24"],
    vpc: VPC,
    privateSubnets: [A, B],
    publicSubnets: "subnet-0a1b2c3d4e5f60720",
  },
  share: { fileSystem: "fs-0a1b2c3d4e5f60718" },
  database: { server: "existing", host: "db.example.org", adminUser: "dba" },
  compute: { nodes: 2 },
  elastic: { max: 8 },
};

const PASSWORD = { databaseAdminPassword: "given-administrator-password" };

/** The graph where AWS tells this of the network. */
function run(network: FoundNetwork, given: Given = {}): Promise<Graph> {
  const config = stackConfig("dev", { ...EXISTING, ...given }, PASSWORD);
  return runProgram({ config, preview: true, network });
}

/** Both subnets with as many free addresses, and as many of the stack's nodes. */
function free([a, b]: Pair, [inA, inB]: Pair = [0, 0]): FoundNetwork {
  const [first, second] = Object.values(FOUND_NETWORK.subnets);
  assert.ok(first && second);
  return {
    subnets: {
      [A]: { ...first, availableIpAddressCount: a, nodes: inA },
      [B]: { ...second, availableIpAddressCount: b, nodes: inB },
    },
  };
}

type Pair = readonly [number, number];

/** That a run ends with this one fault, as the last line of what it says. */
async function refused(graph: Promise<Graph>, fault: string): Promise<void> {
  const said: unknown = await graph.then(
    () => "nothing",
    (error: unknown) => (error instanceof Error ? error.message.split("\n") : error),
  );
  assert.ok(Array.isArray(said));
  const heading = "what AWS has does not fit what is configured:";
  assert.deepEqual(said.slice(1), [heading, `  ${fault}`]);
}

describe("the graph in a network that is there already", () => {
  it("makes neither network, file system nor server", async () => {
    const config = stackConfig("dev", EXISTING, PASSWORD);
    const graph = await runProgram({ config, preview: false });
    assert.deepEqual(faults(graph), []);
    const made = graph.resources.filter(({ type }) =>
      /^aws:(ec2\/(vpc|subnet|natGateway|route)|efs|rds|secretsmanager)/.test(type),
    );
    assert.deepEqual(made, []);
    const subnets = ["master", "node1", "node2"].map(
      (host) => find(graph, `aws-instances-${host}`).inputs["subnetId"],
    );
    assert.deepEqual(subnets, ["subnet-0a1b2c3d4e5f60720", A, B]);
    assert.match(
      String(find(graph, "bootstrap-share").inputs["stdin"]),
      /SHARE_SOURCE='fs-0a1b2c3d4e5f60718\.efs\.us-east-1\.amazonaws\.com:\/'/,
    );
  });

  it("is made where all nodes find an address, those counted that have one", async () => {
    const wanted = ["aws-instances-node1", "aws-instances-node2", "elastic-group"];
    const rooms = [free([5, 5]), free([0, 3], [1, 6]), free([0, 0], [5, 5]), free([1, 9])];
    for (const network of rooms) {
      const graph = await run(network);
      for (const name of wanted) find(graph, name);
    }
  });

  it("is refused where one node finds none, by the key that asks for it", async () => {
    const expected = "expected nodes that find an address";
    await refused(
      run(free([4, 4], [0, 1])),
      `antares:elastic.max is 8: ${expected} beside 2 fixed ones: ${A}, which has 0 of them and 4 free addresses, ${B}, which has 1 of them and 4 free addresses`,
    );
    await refused(
      run(free([4, 90], [1, 0]), { compute: { nodes: 11 } }),
      `antares:compute.nodes is 11: ${expected}: 6 go to ${A}, which has 1 of them and 4 free addresses`,
    );
    find(await run(free([5, 90], [1, 0]), { compute: { nodes: 11 } }), "aws-instances-node11");
  });

  it("can be parked where others have taken the addresses of nodes that may come", async () => {
    const parked = await run(free([0, 0], [1, 1]), { power: "parked" });
    find(parked, "elastic-group");
  });

  it("is refused where a subnet is elsewhere, or two are in one zone", async () => {
    const { subnets } = free([100, 100]);
    const [first, second] = Object.values(subnets ?? {});
    assert.ok(first && second);
    const elsewhere = { [A]: { ...first, vpcId: "vpc-0a1b2c3d" }, [B]: second };
    await refused(
      run({ subnets: elsewhere }),
      `antares:network.privateSubnets: expected subnets of ${VPC}: ${A} is in vpc-0a1b2c3d`,
    );
    const together = { [A]: first, [B]: { ...second, availabilityZone: "us-east-1a" } };
    await refused(
      run({ subnets: together }),
      `antares:network.privateSubnets: expected subnets that are each in another zone: ${B} is in us-east-1a, too`,
    );
  });
});
