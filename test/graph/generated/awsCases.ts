import * as fc from "fast-check";
import { formatCidr, parseCidr } from "../../../config/network/cidr";
import { planSubnets } from "../../../config/network/plan";
import { FOUND_NETWORK } from "../awsAnswers";
import { formalPrivateKey, type Given, type GivenSecrets } from "../configuration";
import { type Case, mark, postgis } from "./case";

type Some = Readonly<Record<string, unknown>>;

const SSH_FROM = fc
  .uniqueArray(fc.nat(255), { minLength: 1, maxLength: 3 })
  .map((bytes) => bytes.map((byte) => `203.0.${byte}.0/24`));

/** A network of every size, its subnets planned or given in another order. */
const ownNetwork = fc
  .record({
    prefix: fc.integer({ min: 16, max: 24 }),
    zones: fc.subarray(["a", "b", "c", "d"], { minLength: 2 }),
    nat: fc.constantFrom("single", "perZone"),
    third: fc.nat(255),
    givesSubnets: fc.boolean(),
  })
  .map(({ prefix, zones, nat, third, givesSubnets }): Some => {
    const cidr = `10.${third}.0.0/${prefix}`;
    const network = { region: "eu-west-3", cidr, zones, nat };
    return givesSubnets ? { ...network, ...subnetsOf(cidr, zones.length) } : network;
  });

function subnetsOf(cidr: string, zones: number): Some {
  const range = parseCidr(cidr);
  const planned = (range && planSubnets(range, zones))?.reverse() ?? [];
  return {
    privateCidrs: planned.map((zone) => formatCidr(zone.private)),
    publicCidrs: planned.map((zone) => formatCidr(zone.public)),
  };
}

/** Two private ones, and a public one. */
const FOUND_SUBNETS = Object.keys(FOUND_NETWORK.subnets);

const foundNetwork: Some = {
  region: "us-east-1",
  vpc: "vpc-0a1b2c3d4e5f60718",
  privateSubnets: FOUND_SUBNETS.slice(0, 2),
  publicSubnets: FOUND_SUBNETS.slice(2),
};

const ownDatabase = fc.record(
  { multiAz: fc.boolean(), major: fc.integer({ min: 14, max: 18 }) },
  { requiredKeys: [] },
);

const foundDatabase = { server: "existing", host: "db.example.org", adminUser: "dba" };

const share = fc.record({
  fileSystem: fc.constantFrom(undefined, "fs-0a1b2c3d4e5f60718"),
  encryptInTransit: fc.constantFrom("true", "false"),
});

/** At least one node, fixed or not; none at first where the cluster is parked. */
const nodes = fc
  .record({
    fixed: fc.integer({ min: 0, max: 5 }),
    limits: fc.uniqueArray(fc.nat(20), { minLength: 3, maxLength: 3 }),
    elastic: fc.constantFrom("none", "some", "any"),
    baked: fc.boolean(),
    parked: fc.constantFrom(false, false, false, true),
  })
  .map(({ fixed, limits, elastic, baked, parked }) => {
    const [min = 0, desired = 0, max = 0] = [...limits].sort((a, b) => a - b);
    if (elastic === "none") return { fixed: fixed + 1, parked, elastic: { max: 0 } };
    const atFirst = parked || elastic === "some" ? {} : { min, desired };
    return { fixed, parked, elastic: { ...atFirst, max, baked } };
  });

/** Stacks on AWS: each part made or found, with fixed nodes or not, running or parked. */
export const awsCases: fc.Arbitrary<Case> = fc
  .record({
    network: fc.oneof({ weight: 3, arbitrary: ownNetwork }, fc.constant(foundNetwork)),
    sshFrom: SSH_FROM,
    page: fc.boolean(),
    nodes,
    database: fc.oneof({ weight: 3, arbitrary: ownDatabase }, fc.constant(foundDatabase)),
    way: fc.record({ reach: fc.constantFrom("direct", "tunnel"), postgis }, { requiredKeys: [] }),
    share,
    oldVersionDays: fc.integer({ min: 1, max: 90 }),
    upgrade: fc.boolean(),
    elasticIp: fc.boolean(),
    preview: fc.boolean(),
    key: fc.option(mark("key")),
    password: mark("administrator"),
  })
  .map(({ nodes: { fixed, parked, elastic }, preview, key, password, ...made }) => {
    const page = made.page ? { statusPageFrom: "198.51.100.0/24" } : {};
    const pair = key === null ? {} : { keyPair: "operators" };
    const given: Given = {
      software: { source: "/srv/madmex" },
      network: { ...made.network, sshFrom: made.sshFrom, ...page },
      compute: { nodes: fixed, elasticIp: parked || made.elasticIp, ...pair },
      database: { ...made.database, ...made.way },
      bucket: { oldVersionDays: made.oldVersionDays },
      ...{ elastic, share: made.share, power: parked ? "parked" : "running" },
      ...(made.upgrade && !parked ? { allow: ["upgrade"] } : {}),
    };
    const secrets: GivenSecrets = {
      ...(key === null ? {} : { sshPrivateKey: formalPrivateKey(key) }),
      ...("server" in made.database ? { databaseAdminPassword: password } : {}),
    };
    return { given, secrets, preview };
  });
