import * as fc from "fast-check";
import { formalPrivateKey, type GivenSecrets } from "../configuration";
import { type Case, mark, postgis } from "./case";

/** Stacks on AWS: own networks of every size, with fixed nodes or not. */
export const awsCases: fc.Arbitrary<Case> = fc
  .record({
    prefix: fc.integer({ min: 16, max: 24 }),
    zones: fc.subarray(["a", "b", "c", "d"], { minLength: 2 }),
    nat: fc.constantFrom("single", "perZone"),
    third: fc.nat(255),
    sshFrom: fc.uniqueArray(fc.nat(255), { minLength: 1, maxLength: 3 }),
    page: fc.boolean(),
    nodes: fc.integer({ min: 0, max: 5 }),
    max: fc.integer({ min: 1, max: 20 }),
    database: fc.record(
      { multiAz: fc.boolean(), major: fc.integer({ min: 14, max: 18 }), postgis },
      { requiredKeys: [] },
    ),
    elasticIp: fc.boolean(),
    preview: fc.boolean(),
    key: fc.option(mark("key")),
  })
  .map(({ prefix, zones, nat, third, sshFrom, page, nodes, max, database: server, ...more }) => {
    const network = {
      region: "eu-west-3",
      ...{ cidr: `10.${third}.0.0/${prefix}`, zones, nat },
      sshFrom: sshFrom.map((byte) => `203.0.${byte}.0/24`),
      ...(page ? { statusPageFrom: "198.51.100.0/24" } : {}),
    };
    const { elasticIp, preview, key } = more;
    const compute = { nodes, elasticIp, ...(key === null ? {} : { keyPair: "operators" }) };
    const given = {
      software: { source: "/srv/madmex" },
      ...{ network, compute, elastic: { max }, database: server },
    };
    const secrets: GivenSecrets = key === null ? {} : { sshPrivateKey: formalPrivateKey(key) };
    return { given, secrets, preview };
  });
