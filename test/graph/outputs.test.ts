import assert from "node:assert/strict";
import { type Cluster, parseCluster } from "../../outputs/readCluster";
import { type Given, OPERATOR, stackConfig, variants } from "./configuration";
import { Consumer } from "./consumer";
import { runProgram } from "./harness";
import { STACK } from "./registration";

type Outputs = Readonly<Record<string, unknown>>;

/** What a stack tells after `up`, as another program's reference finds it. */
async function told(variant: keyof typeof variants): Promise<Outputs> {
  const graph = await runProgram({ config: variants[variant], preview: false });
  const stack = graph.resources.find(({ type }) => type === STACK);
  assert.ok(stack?.outputs);
  return stack.outputs;
}

const awsKeys = (cluster: Cluster): string[] =>
  Object.keys(cluster)
    .filter((key) => key.startsWith("aws"))
    .sort();

describe("outputs of a stack", () => {
  it("are understood by the reader, from every target, and nothing in them is secret", async () => {
    const read: [string, Cluster["target"]][] = [];
    for (const variant of ["local", "local-ssh", "hosts", "dev", "prod"] as const) {
      // A secret travels in an envelope, which is none of the types that are read.
      const outputs = await told(variant);
      const cluster = parseCluster(variant, outputs);
      assert.deepEqual(cluster, outputs);
      read.push([variant, cluster.target]);
    }
    assert.deepEqual(read, [
      ["local", "single"],
      ["local-ssh", "single"],
      ["hosts", "hosts"],
      ["dev", "aws"],
      ["prod", "aws"],
    ]);
  });

  it("tell of a parked cluster that it is, and no acceptance", async () => {
    const { power, acceptance } = parseCluster("dev", await told("dev-parked"));
    assert.deepEqual([power, acceptance], ["parked", null]);
  });

  it("say where a cluster is in an AWS account", async () => {
    const cluster = parseCluster("dev", await told("dev"));
    assert.ok(cluster.target === "aws");
    const { acceptance, ...flat } = cluster;
    assert.equal(acceptance?.schema, "ready");
    assert.deepEqual(
      Object.fromEntries(Object.entries(flat).filter(([key]) => key.startsWith("aws"))),
      {
        awsRegion: "us-east-1",
        awsVpcId: "id-of-aws-network-vpc",
        awsPrivateSubnetIds: ["id-of-aws-network-private-a", "id-of-aws-network-private-b"],
        awsClusterSecurityGroupId: "id-of-aws-security-cluster",
        awsBucketName: "name-of-aws-bucket-data",
        awsBucketArn: "arn:aws:service:region:123456789012:aws-bucket-data",
        awsFileSystemId: "id-of-aws-share-files",
        awsHostRoleArn: "arn:aws:service:region:123456789012:aws-host-role",
        awsMasterInstanceId: "id-of-aws-instances-master",
        awsElasticGroupName: "name-of-elastic-group",
        awsElasticRoleArn: "arn:aws:service:region:123456789012:aws-elastic-role",
        awsDatabaseArn: "arn:aws:service:region:123456789012:aws-database-server",
        awsDatabaseSecretArn: "arn:aws:service:region:123456789012:aws-database-admin",
      },
    );
    assert.equal(cluster.masterAddress, "public-ip-of-aws-instances-address");
    assert.equal(cluster.power, "running");
  });

  it("name every role that hosts have: who lets only one of them in locks the others out", async () => {
    const roles = async (elastic: Given[string]) => {
      const config = stackConfig("dev", { ...OPERATOR, elastic });
      const graph = await runProgram({ config, preview: false });
      const outputs = graph.resources.find(({ type }) => type === STACK)?.outputs ?? {};
      const cluster = parseCluster("dev", outputs);
      const taken = graph.resources.filter(
        ({ type }) => type === "aws:iam/instanceProfile:InstanceProfile",
      );
      assert.ok(cluster.target === "aws");
      const told = [cluster.awsHostRoleArn, cluster.awsElasticRoleArn];
      return { profiles: taken.map(({ name }) => name), told };
    };
    const arn = "arn:aws:service:region:123456789012";
    assert.deepEqual(await roles({ max: 2 }), {
      profiles: ["aws-host-profile", "aws-elastic-profile"],
      told: [`${arn}:aws-host-role`, `${arn}:aws-elastic-role`],
    });
    assert.deepEqual(await roles({ max: 0 }), {
      profiles: ["aws-host-profile"],
      told: [`${arn}:aws-host-role`, undefined],
    });
  });

  it("say nothing of AWS elsewhere, and no address where the deployer is the master", async () => {
    const local = parseCluster("local", await told("local"));
    assert.deepEqual(awsKeys(local), []);
    assert.equal("masterAddress" in local, false);
    const hosts = parseCluster("hosts", await told("hosts"));
    assert.deepEqual([awsKeys(hosts), hosts.masterAddress], [[], "192.0.2.10"]);
  });
});

describe("another team's program", () => {
  let consumer: Consumer;
  before(function () {
    this.timeout(60_000);
    consumer = new Consumer();
    // The types of the reader hold, and the mistakes of `mistakes.ts` are found.
    consumer.compile();
  });
  after(() => consumer.remove());

  it("reads a cluster on AWS", async () => {
    assert.deepEqual(await consumer.run(await told("dev")), {
      notebooks: "/srv/antares/notebooks",
      database: "address-of-aws-database-server:5432/antares",
      place: "us-east-1/id-of-aws-network-vpc",
      secret: "arn:aws:service:region:123456789012:aws-database-admin",
      workers: 1,
    });
  });

  it("reads one on hosts with the same lines", async () => {
    assert.deepEqual(await consumer.run(await told("hosts")), {
      notebooks: "/srv/antares/notebooks",
      database: "alpha.example.org:5433/antares",
      place: "hosts",
      secret: "none",
      workers: 1,
    });
  });

  it("ends with all that does not fit, by key, before anything uses it", async () => {
    const outputs = { ...(await told("dev")), databasePort: "5432", awsVpcId: undefined };
    await assert.rejects(consumer.run(outputs), {
      message:
        "the outputs of stack organization/antares/prod have 2 faults:\n" +
        '  databasePort: expected a whole number from 0 on; it is "5432"\n' +
        "  awsVpcId: expected text; it is missing",
      __pulumiRunError: true,
    });
  });
});
