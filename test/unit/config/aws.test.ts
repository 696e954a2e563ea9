import assert from "node:assert/strict";
import type { AwsTarget } from "../../../config/awsModel";
import type { Config } from "../../../config/model";
import { AWS, aws, decoded, PRIVATE_KEY } from "./fixture";

function targetOf({ target }: Config<string>): AwsTarget {
  if (target.kind !== "aws") return assert.fail(`the target is ${target.kind}`);
  return target;
}

const VPC = {
  region: "eu-west-1",
  sshFrom: "198.51.100.7/32",
  vpc: "vpc-0a1b2c3d4e5f60718",
  privateSubnets: ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"],
  publicSubnets: "subnet-0a1b2c3d4e5f60720",
};

describe("decoding the target aws", () => {
  it("fills in every default", () => {
    assert.deepEqual(targetOf(decoded(AWS)), {
      kind: "aws",
      region: "eu-central-1",
      network: {
        kind: "own",
        cidr: "10.20.0.0/16",
        zones: [
          { zone: "a", private: "10.20.0.0/18", public: "10.20.128.0/26" },
          { zone: "b", private: "10.20.64.0/18", public: "10.20.128.64/26" },
        ],
        nat: "single",
      },
      access: { sshFrom: ["203.0.113.0/24"], statusPageFrom: [] },
      compute: {
        user: "admin",
        masterType: "m6i.large",
        nodeType: "m6i.xlarge",
        diskGib: 40,
        nodes: 2,
        elasticIp: true,
      },
      elastic: { min: 0, desired: 0, max: 0, baked: false },
      bucket: { oldVersionDays: 30 },
      power: "running",
      allow: [],
      jobSlots: 2,
      daskSlots: 1,
    });
  });

  it("fills in those of share, database and scheduler for it", () => {
    const { share, database, scheduler } = decoded(AWS);
    assert.equal(share.kind, "efs");
    assert.deepEqual(database, {
      server: {
        kind: "rds",
        port: 5432,
        sslmode: "verify-full",
        caFile: "/srv/antares/settings/database-ca.pem",
        class: "db.t4g.medium",
        major: 16,
        storageGib: 50,
        maxStorageGib: 500,
        multiAz: false,
        backupDays: 7,
      },
      name: "antares",
      user: "antares",
      postgis: "minimal",
      gisOwner: "gis_owner",
      reach: "tunnel",
      tunnelPort: 15432,
    });
    const cluster = { kind: "gridEngine", jobSlots: 2, queue: "antares.q", brake: 0.5 };
    assert.deepEqual(scheduler, { ...cluster, elastic: false });
    assert.equal(decoded(aws({ elastic: { max: 4 } })).scheduler.elastic, true);
  });

  it("finds a VPC and its subnets", () => {
    assert.deepEqual(targetOf(decoded(aws({ network: VPC }))).network, {
      kind: "existing",
      vpc: VPC.vpc,
      privateSubnets: VPC.privateSubnets,
      publicSubnets: [VPC.publicSubnets],
    });
  });

  it("takes a file system and a server that are there", () => {
    const given = {
      share: { fileSystem: "fs-0a1b2c3d4e5f60718" },
      database: { server: "existing", host: "db.example.org", adminUser: "dba" },
    };
    const { share, database } = decoded(aws(given), { databaseAdminPassword: "x" });
    assert.deepEqual(share.kind === "efs" && share.fileSystem, "fs-0a1b2c3d4e5f60718");
    assert.deepEqual([database.server.kind, database.reach], ["existing", "tunnel"]);
  });

  it("takes the operator's own subnets", () => {
    const network = {
      cidr: "10.1.0.0/16",
      zones: ["c", "a"],
      privateCidrs: ["10.1.16.0/20", "10.1.32.0/20"],
      publicCidrs: ["10.1.0.0/28", "10.1.0.16/28"],
    };
    const target = targetOf(decoded(aws({ network: { ...AWS.network, ...network } })));
    assert.deepEqual(target.network.kind === "own" && target.network.zones, [
      { zone: "c", private: "10.1.16.0/20", public: "10.1.0.0/28" },
      { zone: "a", private: "10.1.32.0/20", public: "10.1.0.16/28" },
    ]);
  });

  it("opens to the world where a second key says so", () => {
    const network = { ...AWS.network, sshFrom: "0.0.0.0/0", openToWorld: true };
    const { access } = targetOf(decoded(aws({ network })));
    assert.deepEqual(access, { sshFrom: ["0.0.0.0/0"], statusPageFrom: [] });
  });

  it("takes a key pair with its key, and what may go", () => {
    const given = { compute: { keyPair: "operators" }, allow: ["database", "address"] };
    const target = targetOf(decoded(aws(given), { sshPrivateKey: PRIVATE_KEY }));
    assert.equal(target.compute.keyPair, "operators");
    assert.deepEqual(target.allow, ["database", "address"]);
    assert.deepEqual(targetOf(decoded(aws({ allow: "share" }))).allow, ["share"]);
  });
});
