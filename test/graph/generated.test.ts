import assert from "node:assert/strict";
import * as fc from "fast-check";
import { isRecord } from "./answers";
import { formalPrivateKey, type Given, type GivenSecrets, stackConfig } from "./configuration";
import { type Cidr, contains, overlaps, parseCidr } from "../../config/network/cidr";
import { identical } from "./differences";
import { type Graph, runProgram } from "./harness";
import { isCommand } from "./commands";
import { cluster } from "./order";
import { faults, rules } from "./rules";
import { noSecretInClear, secretsOf } from "./secrets";

interface Case {
  readonly given: Given;
  readonly secrets: GivenSecrets;
  readonly preview: boolean;
}

const mark = (name: string): fc.Arbitrary<string> =>
  fc.stringMatching(/^[a-z0-9]{12}$/).map((text) => `given-${name}-${text}`);
// Neither dask's nor Grid Engine's.
const port = fc.integer({ min: 1, max: 65535 }).filter((n) => n < 6444 || n > 9199);
const iso = fc.stringMatching(/^[A-Z]{3}$/);
const digest = fc.stringMatching(/^[0-9a-f]{64}$/);
const path = fc.stringMatching(/^\/data\/[a-z0-9_-]{1,12}$/);

const countries = fc.uniqueArray(
  fc.record({ iso, archive: path.map((folder) => `${folder}/a.zip`), sha256: digest }),
  { maxLength: 4, selector: (country) => country.iso },
);

const host = fc.oneof(
  fc.record({ name: fc.constantFrom("master"), access: fc.constant("local") }),
  fc.record(
    {
      name: fc.constantFrom("master"),
      access: fc.constant("ssh"),
      address: fc.constantFrom("198.51.100.7", "2001:db8::7", "master.example.org"),
      port,
      user: fc.constantFrom("root", "deployer"),
    },
    { requiredKeys: ["name", "access", "address"] },
  ),
);

const postgis = fc.constantFrom("minimal", "full");
const local = fc.record({ server: fc.constant("local"), port, postgis });
const existing = fc.record({
  server: fc.constant("existing"),
  host: fc.constantFrom("db.example.org", "203.0.113.4"),
  port,
  sslmode: fc.constantFrom("disable", "require"),
  postgis,
});
const database = fc.oneof(
  local.map((server) => ({ server, secrets: [] as readonly string[] })),
  existing.map((server) => ({
    server: { ...server, adminUser: "dba" },
    secrets: ["databaseAdminPassword"],
  })),
  existing.map((server) => ({ server, secrets: ["databasePassword"] })),
);

const optionalSecrets = fc.subarray(["databasePassword", "djangoSecretKey", "bisLicense"]);
const accounts = fc.subarray(["usgs", "scihub"]);
const ALL = [
  "sshPrivateKey",
  "databaseAdminPassword",
  "databasePassword",
  "djangoSecretKey",
].concat(["usgsPassword", "scihubPassword", "bisLicense"]);
const marks = fc.tuple(...ALL.map(mark)).map((texts) => new Map(ALL.map((n, i) => [n, texts[i]])));

const settings = fc.record({
  host,
  database,
  countries,
  optionalSecrets,
  accounts,
  marks,
  share: path,
  debug: fc.boolean(),
});

/** A configuration that the door takes, with every secret that it needs and some that it may have. */
const cases: fc.Arbitrary<Case> = fc
  .tuple(settings, fc.boolean())
  .map(([{ marks: texts, ...chosen }, preview]) => {
    const users = chosen.accounts.map((name) => [`${name}User`, "jane"]);
    const names = [
      ...(chosen.host.access === "ssh" ? ["sshPrivateKey"] : []),
      ...chosen.database.secrets,
      ...chosen.optionalSecrets,
      ...chosen.accounts.map((name) => `${name}Password`),
    ];
    const secrets = names.map((name): [string, string] => {
      const text = texts.get(name) ?? "";
      return [name, name === "sshPrivateKey" ? formalPrivateKey(text) : text];
    });
    const given = {
      software: { source: "/srv/madmex" },
      host: chosen.host,
      database: chosen.database.server,
      countries: chosen.countries,
      share: { path: chosen.share },
      antares: { debug: chosen.debug, ...Object.fromEntries(users) },
    };
    return { given, secrets: Object.fromEntries(secrets), preview };
  });

/** How a node is reached and what it takes; its name and address come from its place in the list. */
const machine = fc.record(
  {
    jump: fc.constantFrom("gate", "master"),
    key: fc.constantFrom("sshPrivateKey", "sshNodePrivateKey"),
    user: fc.constantFrom("root", "deployer"),
    jobSlots: fc.integer({ min: 1, max: 8 }),
    daskSlots: fc.integer({ min: 0, max: 8 }),
  },
  { requiredKeys: [] },
);
const clusters: fc.Arbitrary<Case> = fc
  .record({
    nodes: fc.array(machine, { minLength: 1, maxLength: 5 }),
    slots: fc.record({ jobSlots: fc.integer({ min: 0, max: 3 }) }, { requiredKeys: [] }),
    share: fc.constantFrom<Given>(
      { kind: "path" },
      { kind: "exported", path: "/data/antares" },
      { kind: "nfs", server: "nfs.example.org", export: "/" },
    ),
    elastic: fc.boolean(),
    preview: fc.boolean(),
    keys: fc.tuple(mark("a"), mark("b"), mark("c")),
  })
  .map(({ nodes, slots, share, elastic, preview, keys: [own, node, jump] }) => {
    const hosts = nodes.map((one, i) => ({ ...one, name: `n${i}`, address: `192.0.2.${i + 20}` }));
    const master = { name: "master", role: "master", address: "192.0.2.10", ...slots };
    const gate = { name: "gate", role: "jump", address: "192.0.2.1", key: "sshJumpPrivateKey" };
    const given = {
      software: { source: "/srv/madmex" },
      hosts: [...hosts, gate, master],
      share,
      scheduler: { elastic },
    };
    const secrets = {
      sshPrivateKey: formalPrivateKey(own),
      sshNodePrivateKey: formalPrivateKey(node),
      sshJumpPrivateKey: formalPrivateKey(jump),
    };
    return { given, secrets, preview };
  });

/** Stacks on AWS: own networks of every size, with fixed nodes or not. */
const clouds: fc.Arbitrary<Case> = fc
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

const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  isRecord(value) ? value : {};

/** The ranges of all subnets, and that of their VPC. */
function networkOf({ resources }: Graph): { readonly vpc: Cidr; readonly subnets: Cidr[] } {
  const of = (type: string): Cidr[] =>
    resources
      .filter((one) => one.type === `aws:ec2/${type}`)
      .map(({ inputs }) => parseCidr(String(inputs["cidrBlock"])) ?? assert.fail("no range"));
  const [vpc = assert.fail("no VPC")] = of("vpc:Vpc");
  return { vpc, subnets: of("subnet:Subnet") };
}

describe("the graph of any configuration", () => {
  it("keeps every rule, has no secret in clear, and is the same the next time", async function () {
    this.timeout(120_000);
    let runs = 0;
    const property = fc.asyncProperty(cases, async ({ given, secrets, preview }) => {
      runs += 1;
      const config = stackConfig("local", given, secrets);
      const graph = await runProgram({ config, preview });
      const all = [...rules, noSecretInClear(secretsOf(config, graph))];
      assert.deepEqual(faults(graph, all), []);
      assert.ok(identical(graph, await runProgram({ config, preview })));
      const commands = graph.resources.filter(isCommand);
      const ownServer = commands.some(({ name }) => name === "machine-database-server");
      assert.equal(commands.length, ownServer ? 10 : 9);
      assert.equal(
        ownServer,
        JSON.parse(config.values["antares:database"] ?? "").server === "local",
      );
    });
    await fc.assert(property, { numRuns: 40 });
    assert.equal(runs, 40);
  });

  it("of a cluster does, too, with one step a node", async function () {
    this.timeout(120_000);
    const property = fc.asyncProperty(clusters, async ({ given, secrets, preview }) => {
      const config = stackConfig("hosts", given, secrets);
      const graph = await runProgram({ config, preview });
      assert.deepEqual(faults(graph, [...rules, noSecretInClear(secretsOf(config, graph))]), []);
      assert.ok(identical(graph, await runProgram({ config, preview })));
      const { nodes } = cluster(graph);
      // Nine steps of the master: server, share, software, settings, datacube, antares, recipe,
      // scheduler, acceptance.
      assert.equal(graph.resources.filter(isCommand).length, 9 + nodes.length);
    });
    await fc.assert(property, { numRuns: 25 });
  });

  it("on AWS grows by the same with each node", async function () {
    this.timeout(120_000);
    const property = fc.asyncProperty(clouds, async ({ given, secrets, preview }) => {
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

  it("on AWS does, too, with subnets that are apart", async function () {
    this.timeout(120_000);
    const property = fc.asyncProperty(clouds, async ({ given, secrets, preview }) => {
      const config = stackConfig("dev", given, secrets);
      const graph = await runProgram({ config, preview });
      assert.deepEqual(faults(graph, [...rules, noSecretInClear(secretsOf(config, graph))]), []);
      assert.ok(identical(graph, await runProgram({ config, preview })));
      const { nodes } = cluster(graph);
      // The master's steps but for the server, which is Amazon's.
      assert.equal(graph.resources.filter(isCommand).length, 8 + nodes.length);
      const { vpc, subnets } = networkOf(graph);
      assert.ok(subnets.length >= 4);
      subnets.forEach((one, i) => {
        assert.ok(contains(vpc, one));
        for (const other of subnets.slice(0, i)) assert.ok(!overlaps(one, other));
      });
    });
    await fc.assert(property, { numRuns: 25 });
  });
});
