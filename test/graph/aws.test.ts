import assert from "node:assert/strict";
import { isRecord } from "./answers";
import { type Given, OPERATOR, stackConfig, variants } from "./configuration";
import { open } from "./commands";
import { differences } from "./differences";
import { find } from "./find";
import { nameOf } from "./golden";
import { type Graph, runProgram } from "./harness";
import type { Registration } from "./registration";
import { readScript } from "./script";

const run = (given: Given = {}, stack = "dev"): Promise<Graph> =>
  runProgram({ config: stackConfig(stack, { ...OPERATOR, ...given }), preview: false });

const NETWORK = { region: "us-east-1", sshFrom: ["203.0.113.0/24"] };

/** Who may reach which ports of whom, as one line each. */
function openings({ resources }: Graph): string[] {
  const group = (id: unknown): string => String(id).replace("id-of-aws-security-", "");
  return resources
    .filter(({ type }) => type.endsWith(":SecurityGroupIngressRule"))
    .map(({ inputs }) => {
      const from = inputs["cidrIpv4"] ?? group(inputs["referencedSecurityGroupId"]);
      const [first, last] = [inputs["fromPort"], inputs["toPort"]].map(String);
      const ports = first === last ? first : `${first}-${last}`;
      return `${String(from)} -> ${group(inputs["securityGroupId"])}:${ports}`;
    })
    .sort();
}

const INSIDE = [
  "cluster -> cluster:6444",
  "cluster -> cluster:6445",
  "cluster -> cluster:8786",
  "cluster -> cluster:8787",
  "cluster -> cluster:9000-9199",
  "cluster -> database:5432",
  "cluster -> share:2049",
  "master -> nodes:22",
];

const named = ({ resources }: Graph, type: string): string[] =>
  resources.filter((one) => one.type === type).map(({ name }) => name);

const none = { rerun: [], changed: [], added: [], removed: [] };

describe("the graph on AWS", () => {
  let dev: Graph = { resources: [], listeners: [] };
  before(async () => {
    dev = await run();
  });

  it("opens SSH of the master to those who were named, and nothing else to others", () => {
    assert.deepEqual(openings(dev), ["203.0.113.0/24 -> master:22", ...INSIDE].sort());
  });

  it("opens what the configuration says, and the ports that it says", async () => {
    const network = { ...NETWORK, statusPageFrom: ["198.51.100.0/24", "192.0.2.0/24"] };
    const dask = { schedulerPort: 7000, dashboardPort: 7001, workerPorts: "7002-7099" };
    assert.deepEqual(openings(await run({ network, dask })), [
      "192.0.2.0/24 -> master:80",
      "198.51.100.0/24 -> master:80",
      "203.0.113.0/24 -> master:22",
      ...INSIDE.slice(0, 2),
      "cluster -> cluster:7000",
      "cluster -> cluster:7001",
      "cluster -> cluster:7002-7099",
      ...INSIDE.slice(5),
    ]);
  });

  it("has one NAT gateway, or one in each zone that its own subnet uses", async () => {
    const way = (graph: Graph, zone: string): unknown =>
      find(graph, `aws-network-private-${zone}-out`).inputs["natGatewayId"];
    assert.deepEqual([way(dev, "a"), way(dev, "b")], Array(2).fill("id-of-aws-network-nat-a"));
    const prod = await runProgram({ config: variants.prod, preview: false });
    const gateways = ["a", "b", "c"].map((zone) => way(prod, zone));
    assert.deepEqual(
      gateways,
      ["a", "b", "c"].map((zone) => `id-of-aws-network-nat-${zone}`),
    );
  });

  it("spreads nodes over the zones and tells the deployer their way", () => {
    const subnets = ["node1", "node2"].map(
      (node) => find(dev, `aws-instances-${node}`).inputs["subnetId"],
    );
    assert.deepEqual(subnets, ["id-of-aws-network-private-a", "id-of-aws-network-private-b"]);
    for (const node of ["node1", "node2"]) {
      const { dependencies } = find(dev, `aws-${node}-ready`);
      assert.ok(dependencies.map(nameOf).includes("aws-master-way"));
    }
  });

  it("waits with a host for what its first boot needs", () => {
    const of = (name: string): string[] => find(dev, name).dependencies.map(nameOf);
    assert.ok(of("aws-instances-node1").includes("aws-network-private-a-out"));
    assert.ok(of("aws-instances-master").includes("aws-network-public-out"));
    // A NAT gateway takes minutes, and the master does without.
    assert.ok(!of("aws-instances-master").some((name) => name.includes("private")));
  });

  it("has each node prove its rights on the bucket, where there is one", async () => {
    const recipe = (graph: Graph): string =>
      readScript(String(open(find(graph, "bootstrap-recipe"), "stdin"))).values["JOIN"] ?? "";
    assert.match(
      recipe(dev),
      /^BUCKET='[^']+'\nBUCKET_PROOF='"""Proves [^]*'\nBUCKET_REGION='us-east-1'\n/m,
    );
    assert.match(recipe(dev), /^prove_bucket\(\) /m);
    const local = await runProgram({ config: variants.local, preview: false });
    assert.doesNotMatch(recipe(local), /BUCKET_|^prove_bucket\(\)/m);
  });

  it("verifies the database's certificate, through the tunnel as far as the plugin can", () => {
    const { inputs } = find(dev, "bootstrap-database-server");
    assert.deepEqual(
      [inputs["host"], inputs["port"], inputs["sslmode"]],
      ["127.0.0.1", "15432", "verify-ca"],
    );
    assert.match(String(inputs["sslrootcert"]), /^dist\/certificates\/[0-9a-f]{16}\.crt$/);
    const state = find(dev, "bootstrap-antares-state").inputs["connection"];
    const connection = isRecord(state) ? state["value"] : undefined;
    assert.ok(isRecord(connection));
    assert.equal(connection["sslmode"], "verify-full");
    assert.match(String(connection["ca"]), /^-----BEGIN CERTIFICATE-----/);
  });

  it("makes a host's readiness anew with its instance", () => {
    for (const [ready, instance] of [
      ["aws-master-ready", "aws-instances-master"],
      ["aws-master-way", "aws-instances-master"],
      ["aws-node2-ready", "aws-instances-node2"],
    ] as const) {
      assert.deepEqual(find(dev, ready).options["replaceWith"], [find(dev, instance).urn]);
    }
  });

  it("keeps what may not be made anew when a zone, an image or a first boot differs", async () => {
    const network = { ...NETWORK, zones: ["b", "a"], cidr: "10.20.0.0/16" };
    const { changed } = differences(dev, await run({ network }));
    const ignoring = ({ options }: Registration): string => String(options["ignoreChanges"]);
    for (const name of changed.filter((one) => one.startsWith("aws-instances-"))) {
      assert.match(ignoring(find(dev, name)), /subnetId/);
    }
  });

  it("lets go only of what is allowed by name", async () => {
    const all = { database: "aws-database-server", share: "aws-share-files" };
    const stores = { ...all, bucket: "aws-bucket-data", address: "aws-instances-address" };
    for (const [store, name] of Object.entries(stores)) {
      const graph = await run({ allow: [store] });
      const open = Object.values(stores).filter((one) => !find(graph, one).options["protect"]);
      assert.deepEqual(open, [name]);
    }
    const { inputs } = find(await run({ allow: ["database"] }), "aws-database-server");
    assert.equal(inputs["deletionProtection"], false);
  });

  it("names a server's last snapshot once, and no two servers' alike", async () => {
    const server = async (now: number, given: Given = {}) => {
      const config = stackConfig("dev", { ...OPERATOR, ...given });
      const { inputs, options } = find(
        await runProgram({ config, preview: false, now }),
        "aws-database-server",
      );
      return { name: inputs["finalSnapshotIdentifier"], ignored: options["ignoreChanges"] };
    };
    const group = "antares-last-id-of-aws-security-database";
    const made = await server(Date.UTC(2026, 10, 23, 9, 5, 7));
    assert.equal(made.name, `${group}-20261123090507`);
    // In another run the program says another name: the engine holds the one that the server has.
    const later = await server(Date.UTC(2026, 10, 23, 9, 5, 8));
    assert.equal(later.name, `${group}-20261123090508`);
    assert.deepEqual(later.ignored, ["allocatedStorage", "finalSnapshotIdentifier"]);
    assert.deepEqual((await server(0, { power: "parked" })).ignored, ["*"]);
  });

  it("lets the database become a later major only where that is allowed, and keeps its data", async () => {
    const parameters = "aws-database-parameters";
    const server = "aws-database-server";
    const next = await run({ database: { major: 17 } });
    // Another family is another group, and a protected one is not replaced.
    assert.deepEqual(
      [dev, next].map((graph) => find(graph, parameters).inputs["family"]),
      ["postgres16", "postgres17"],
    );
    const allowed = await run({ allow: ["upgrade"] });
    for (const [graph, upgrade] of [
      [dev, false],
      [allowed, true],
    ] as const) {
      assert.equal(find(graph, parameters).options["protect"], upgrade ? undefined : true);
      assert.equal(find(graph, server).inputs["allowMajorVersionUpgrade"], upgrade);
      assert.equal(find(graph, server).options["protect"], true);
    }
    // What lets the server go lets go what stands for its major.
    const gone = await run({ allow: ["database"] });
    assert.ok(!find(gone, parameters).options["protect"]);
  });

  it("runs nothing of other nodes again when one more comes", async () => {
    const compute = { masterType: "t3.large", nodeType: "m6i.large", nodes: 3 };
    const rerun = ["bootstrap-scheduler", "bootstrap-acceptance"];
    const instance = ["aws-instances-node3", "aws-instances-node3-power"];
    const added = [...instance, "aws-node3-ready", "bootstrap-join-node3"];
    assert.deepEqual(differences(dev, await run({ compute })), { ...none, rerun, added });
  });

  it("is linear in its nodes", async () => {
    const sizes: number[][] = [];
    for (const nodes of [10, 20, 40]) {
      const { resources } = await run({ compute: { nodes } });
      const edges = resources.reduce((sum, { dependencies }) => sum + dependencies.length, 0);
      sizes.push([resources.length, edges]);
    }
    const [[r1 = 0, e1 = 0] = [], [r2 = 0, e2 = 0] = [], [r3 = 0, e3 = 0] = []] = sizes;
    assert.deepEqual([r2 - r1, r3 - r2], [40, 80]);
    assert.equal(e3 - e2, 2 * (e2 - e1));
  });

  it("takes Debian's newest image only where none is given", async () => {
    const image = "ami-0a1b2c3d4e5f60719";
    const given = await run({ compute: { image } });
    assert.equal(find(given, "aws-instances-master").inputs["ami"], image);
    assert.equal(find(dev, "aws-instances-master").inputs["ami"], "ami-0a1b2c3d4e5f60718");
  });

  it("keeps the master's address unless that is not wanted", async () => {
    assert.deepEqual(named(await run({ compute: { elasticIp: false } }), "aws:ec2/eip:Eip"), [
      "aws-network-nat-a-address",
    ]);
  });
});
