import assert from "node:assert/strict";
import { FOUND_NETWORK, type FoundNetwork, type FoundSubnet } from "./awsAnswers";
import { type Given, OPERATOR, stackConfig } from "./configuration";
import { find } from "./find";
import { type Graph, runProgram } from "./harness";
import { faults } from "./rules";

const [A = "", B = "", PUBLIC = ""] = Object.keys(FOUND_NETWORK.subnets);
const VPC = "vpc-0a1b2c3d4e5f60718";

const NETWORK = {
  region: "us-east-1",
  sshFrom: ["203.0.113.0/24"],
  vpc: VPC,
  privateSubnets: [A, B],
  publicSubnets: PUBLIC,
};

const EXISTING: Given = {
  ...OPERATOR,
  network: NETWORK,
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
  return where({
    [A]: { availableIpAddressCount: a, nodes: inA },
    [B]: { availableIpAddressCount: b, nodes: inB },
  });
}

/** The network where some of its subnets are different. */
function where(different: Readonly<Record<string, Partial<FoundSubnet>>>): FoundNetwork {
  const subnets = Object.entries(FOUND_NETWORK.subnets).map(([id, subnet]) => {
    return [id, { ...subnet, ...different[id] }] as const;
  });
  return { ...FOUND_NETWORK, subnets: Object.fromEntries(subnets) };
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
    assert.deepEqual(subnets, [PUBLIC, A, B]);
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
    await refused(
      run(where({ [A]: { vpcId: "vpc-0a1b2c3d" } })),
      `antares:network.privateSubnets: expected subnets of ${VPC}: ${A} is in vpc-0a1b2c3d`,
    );
    await refused(
      run(where({ [B]: { availabilityZone: "us-east-1a" } })),
      `antares:network.privateSubnets: expected subnets that are each in another zone: ${B} is in us-east-1a, too`,
    );
  });

  it("is refused where the master would stand elsewhere, in whichever of the public subnets", async () => {
    const elsewhere = where({ [PUBLIC]: { vpcId: "vpc-0a1b2c3d" } });
    const expected = `antares:network.publicSubnets: expected subnets of ${VPC}`;
    await refused(run(elsewhere), `${expected}: ${PUBLIC} is in vpc-0a1b2c3d`);
    await refused(
      run(elsewhere, { network: { ...NETWORK, publicSubnets: [B, PUBLIC] } }),
      `${expected}: ${PUBLIC} is in vpc-0a1b2c3d`,
    );
  });

  it("is refused where the master's zone has no target of the share that is made", async () => {
    const away = where({ [PUBLIC]: { availabilityZone: "us-east-1c" } });
    const made = { share: { kind: "efs" } };
    await refused(
      run(away, made),
      "antares:network.publicSubnets: expected the master's, which is the first, in a zone of " +
        `network.privateSubnets, where the share is reached: ${PUBLIC} is in us-east-1c, those are in us-east-1a, us-east-1b`,
    );
    const later = { network: { ...NETWORK, publicSubnets: [B, PUBLIC] } };
    find(await run(away, { ...made, ...later }), "aws-share-files");
    // Where the targets of a site's own file system are is the site's business.
    find(await run(away), "aws-instances-node1");
  });

  it("is refused where its names are not told, by the switches that are off", async () => {
    const expected = "antares:network.vpc: expected a VPC with DNS host names and resolution";
    const told = async (off: Partial<FoundNetwork["vpc"]>, switches: string): Promise<void> => {
      const network = { ...FOUND_NETWORK, vpc: { ...FOUND_NETWORK.vpc, ...off } };
      await refused(run(network), `${expected}: ${VPC} has ${switches} off`);
    };
    await told({ enableDnsHostnames: false }, "enableDnsHostnames");
    await told({ enableDnsSupport: false }, "enableDnsSupport");
    const both = { enableDnsHostnames: false, enableDnsSupport: false };
    await told(both, "enableDnsHostnames and enableDnsSupport");
  });
});
