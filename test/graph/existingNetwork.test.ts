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
function run({ nodes = 0, ...subnets }: Partial<FoundNetwork>, given: Given = {}): Promise<Graph> {
  const config = stackConfig("dev", { ...EXISTING, ...given }, PASSWORD);
  const network = { ...FOUND_NETWORK, nodes, ...subnets };
  return runProgram({ config, preview: true, network });
}

/** Both subnets with as many free addresses. */
function free(a: number, b: number): Partial<FoundNetwork> {
  const [first, second] = Object.values(FOUND_NETWORK.subnets);
  assert.ok(first && second);
  return {
    subnets: {
      [A]: { ...first, availableIpAddressCount: a },
      [B]: { ...second, availableIpAddressCount: b },
    },
  };
}

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
    for (const network of [free(5, 5), { ...free(0, 3), nodes: 7 }, { ...free(0, 0), nodes: 10 }]) {
      const graph = await run(network);
      for (const name of wanted) find(graph, name);
    }
  });

  it("is refused where one node finds none, by the key that asks for it", async () => {
    const rooms = `${A} has 4 free addresses, ${B} 5`;
    await refused(
      run(free(4, 5)),
      `antares:elastic.max is 8: expected nodes that find an address: the private subnets have room for 9 (0 nodes are there, ${rooms})`,
    );
    await refused(
      run({ ...free(4, 5), nodes: 2 }, { compute: { nodes: 12 } }),
      `antares:compute.nodes is 12: expected nodes that find an address: the private subnets have room for 11 (2 nodes are there, ${rooms})`,
    );
  });

  it("can be parked where others have taken the addresses of nodes that may come", async () => {
    const parked = await run({ ...free(0, 0), nodes: 2 }, { power: "parked" });
    find(parked, "elastic-group");
  });

  it("is refused where a subnet is elsewhere, or two are in one zone", async () => {
    const { subnets } = free(100, 100);
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
