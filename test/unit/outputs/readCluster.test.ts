import assert from "node:assert/strict";
import { parseCluster } from "../../../outputs/readCluster";

const acceptance = {
  schema: "ready",
  migrations: { expected: 66, applied: 66, last: "0066_auto_20200312_1921" },
  countries: [{ iso: "MEX", regions: 3 }],
  nodes: [{ name: "node1", files: 42, antares: "0.4.0" }],
  gridEngine: {
    hosts: [{ name: "node1", jobSlots: 2, daskSlots: 1 }],
    queues: ["antares.q", "dask.q"],
    slots: 2,
  },
  dask: { workers: 1, nodes: ["node1"] },
  versions: { python: "3.11.2", postgis: null },
};

const good = {
  outputsVersion: 1,
  target: "hosts",
  power: "running",
  masterName: "master",
  masterFqdn: "master.example.org",
  masterAddress: "192.0.2.10",
  nodeNames: ["node1"],
  sharePath: "/srv/antares",
  databaseHost: "192.0.2.10",
  databasePort: 5433,
  databaseName: "antares",
  databaseUser: "antares",
  serviceUser: "antares",
  wheelhouse: "0123456789abcdef",
  antaresVersion: "0.4.0",
  joinCommand: "sh join",
  daskSchedulerFile: "/srv/antares/state/dask/scheduler.json",
  acceptance,
};

/** The lines behind the first, which is checked once. */
function faults(outputs: unknown): string[] {
  try {
    parseCluster("prod", outputs);
  } catch (error) {
    assert.ok(error instanceof Error);
    return error.message.split("\n  ").slice(1);
  }
  return [];
}

describe("reader of a stack's outputs", () => {
  it("hands over what it knows and leaves out what it does not", () => {
    assert.deepEqual(parseCluster("prod", { ...good, later: "key" }), good);
  });

  it("names the stack and the number of faults", () => {
    assert.throws(() => parseCluster("prod", { ...good, power: "off" }), {
      name: "OperatorError",
      message:
        'the outputs of stack prod have 1 fault:\n  power: expected one of running, parked; it is "off"',
    });
  });

  it("names every key that does not fit, however deep, at once", () => {
    const { masterName: _, ...rest } = good;
    const dask = { workers: -1, nodes: "node1" };
    const versions = { python: 3 };
    const wrong = { ...rest, nodeNames: ["node1", ""], sharePath: { secret: true } };
    assert.deepEqual(faults({ ...wrong, acceptance: { ...acceptance, dask, versions } }), [
      "masterName: expected text; it is missing",
      'nodeNames[1]: expected text; it is ""',
      'sharePath: expected text; it is {"secret":true}',
      "acceptance.dask.workers: expected a whole number from 0 on; it is -1",
      'acceptance.dask.nodes: expected a list; it is "node1"',
      "acceptance.versions.python: expected text; it is 3",
    ]);
  });

  it("asks of AWS what a cluster there must tell", () => {
    const found = faults({ ...good, target: "aws", awsRegion: "us-east-1" });
    assert.deepEqual(
      found.map((line) => line.replace(/: .*/, "")),
      [
        ...["awsVpcId", "awsPrivateSubnetIds", "awsClusterSecurityGroupId", "awsBucketName"],
        ...["awsBucketArn", "awsFileSystemId", "awsHostRoleArn", "awsMasterInstanceId"],
      ],
    );
  });

  it("takes a parked cluster without what only a running one can tell", () => {
    const { acceptance: _, ...parked } = { ...good, power: "parked", masterAddress: "" };
    assert.deepEqual(parseCluster("prod", parked), { ...parked, acceptance: null });
    assert.deepEqual(faults({ ...good, acceptance: null }), [
      "acceptance: expected the verified state of a cluster that runs; it is missing",
    ]);
  });

  it("judges nothing else in another version", () => {
    assert.deepEqual(faults({ outputsVersion: 2, target: "moon" }), [
      "outputsVersion: expected 1; it is 2",
      'target: expected one of single, hosts, aws; it is "moon"',
    ]);
    assert.deepEqual(faults({ ...good, outputsVersion: undefined, power: 1 }), [
      "outputsVersion: expected 1; it is missing",
    ]);
  });

  it("tells a stack that was never deployed, or is another program's", () => {
    assert.deepEqual(faults({}), ["outputs: expected a stack that was deployed; it is {}"]);
    assert.deepEqual(faults({ url: "https://example.org" }), [
      "outputsVersion: expected 1; it is missing",
      "target: expected one of single, hosts, aws; it is missing",
    ]);
  });
});
