import assert from "node:assert/strict";
import { type Given, OPERATOR, stackConfig, variants } from "./configuration";
import { differences } from "./differences";
import { ancestors, find } from "./find";
import { nameOf } from "./golden";
import { type Graph, runProgram } from "./harness";
import type { Registration } from "./registration";

const run = (given: Given = {}): Promise<Graph> =>
  runProgram({ config: stackConfig("dev", { ...OPERATOR, ...given }), preview: false });
const parkedWith = (given: Given = {}): Promise<Graph> => run({ power: "parked", ...given });

const POWER = ["master", "node1", "node2"].map((host) => `aws-instances-${host}-power`);
const DATABASE = ["aws-database-power-state", "aws-database-power-again"];

const states = (graph: Graph): unknown[] =>
  [...POWER, ...DATABASE].map((name) => find(graph, name).inputs["state"]);
const waitsFor = (graph: Graph, name: string, first: string): boolean =>
  ancestors(graph, find(graph, name)).has(find(graph, first));

/** What a run would ask hosts or database for, if its inputs differed. */
const asks = ({ type }: Registration): boolean =>
  /^(command:|postgresql:)/.test(type) ||
  /^pulumi-nodejs:dynamic\/antares:(HostReady|ApplicationDatabase|SchemaOwnership|VerifiedState)$/.test(
    type,
  );

describe("a cluster that is parked", () => {
  let running: Graph = { resources: [], listeners: [] };
  let parked = running;
  before(async function () {
    this.timeout(30_000);
    running = await runProgram({ config: variants.dev, preview: false });
    parked = await runProgram({ config: variants["dev-parked"], preview: false });
  });

  it("differs in what is held stopped, and in the acceptance that is forgotten", () => {
    assert.deepEqual(differences(running, parked), {
      rerun: [],
      // The order of registration: each host is stopped before the server that it uses.
      changed: [
        "aws-instances-node1-power",
        "aws-instances-node2-power",
        POWER[0],
        ...DATABASE,
      ].concat("elastic-group"),
      added: [],
      removed: ["bootstrap-acceptance"],
    });
    const { minSize, maxSize, desiredCapacity } = find(parked, "elastic-group").inputs;
    assert.deepEqual([minSize, maxSize, desiredCapacity], [0, 0, 0]);
    assert.deepEqual(states(running), [
      ...Array<string>(3).fill("running"),
      "available",
      "DISABLED",
    ]);
    assert.deepEqual(states(parked), [...Array<string>(3).fill("stopped"), "stopped", "ENABLED"]);
  });

  it("runs its acceptance when it is back", () => {
    const { added, rerun } = differences(parked, running);
    assert.deepEqual([added, rerun], [["bootstrap-acceptance"], []]);
    for (const first of [...POWER, ...DATABASE]) {
      const isWaited = waitsFor(running, "bootstrap-acceptance", first);
      // Nodes are asked for by the acceptance itself: one that does not come must not hide the others.
      assert.equal(isWaited, !/node\d-power$/.test(first), first);
    }
  });

  it("keeps every step, host and table as the state has it", () => {
    const asking = parked.resources.filter(asks);
    assert.equal(asking.length, running.resources.filter(asks).length - 1);
    for (const { name, options } of asking) {
      assert.deepEqual(options["ignoreChanges"], ["*"], name);
    }
    for (const name of ["aws-instances-master", "aws-instances-node2", "aws-database-server"]) {
      assert.equal(String(find(parked, name).options["ignoreChanges"]).includes("*"), true, name);
    }
  });

  it("starts no builder of images and asks the master for none, whatever is configured", async () => {
    const elastic = { baked: true, max: 4 };
    const compute = { nodeType: "m6i.2xlarge" };
    const theirs = async (given: Given): Promise<readonly Registration[]> =>
      (await run({ elastic, compute, ...given })).resources.filter(
        ({ name, custom }) => custom && name.startsWith("elastic-image-"),
      );
    const names = ["builder", "built", "ami", "rest"].map((part) => `elastic-image-${part}`);
    const frozen = (all: readonly Registration[]): string[] =>
      all
        .filter(({ options }) => [options["ignoreChanges"]].flat().includes("*"))
        .map(({ name }) => name);
    const [parkedOnes, runningOnes] = [await theirs({ power: "parked" }), await theirs({})];
    assert.deepEqual(runningOnes.map(({ name }) => name).sort(), [...names].sort());
    assert.deepEqual(frozen(parkedOnes).sort(), [...names].sort());
    assert.deepEqual(frozen(runningOnes), []);
  }).timeout(20_000);

  it("stops nodes, then the master, then the database, and keeps that stopped", () => {
    const order = [POWER[1], POWER[0], ...DATABASE] as string[];
    order.slice(1).forEach((name, i) => {
      assert.ok(waitsFor(parked, name, order[i] ?? ""), `${name} after ${String(order[i])}`);
    });
    const { target } = find(parked, "aws-database-power-again").inputs;
    assert.deepEqual(target, {
      arn: "arn:aws:scheduler:::aws-sdk:rds:stopDBInstance",
      roleArn: "arn:aws:service:region:123456789012:aws-database-power-role",
      input: JSON.stringify({ DbInstanceIdentifier: "identifier-of-aws-database-server" }),
      retryPolicy: { maximumRetryAttempts: 0 },
    });
  });

  it("holds the database by our own provider, which is never frozen itself", () => {
    for (const [graph, state] of [
      [running, "available"],
      [parked, "stopped"],
    ] as const) {
      const { type, inputs, options, dependencies } = find(graph, "aws-database-power-state");
      const { __provider: _, ...given } = inputs;
      const identifier = "identifier-of-aws-database-server";
      assert.deepEqual(given, { identifier, region: "us-east-1", state });
      assert.equal(type, "pulumi-nodejs:dynamic/antares:DatabaseState");
      assert.equal(options["ignoreChanges"], undefined);
      assert.ok(dependencies.map(nameOf).includes("aws-database-server"));
    }
  });

  it("takes the schedule off before the database starts, and no host waits for another's start", () => {
    assert.ok(waitsFor(running, "aws-database-power-state", "aws-database-power-again"));
    const hosts = find(running, "aws-node2-ready").dependencies.map(nameOf);
    assert.ok(hosts.includes("aws-instances-node2-power"));
    assert.ok(!hosts.includes("aws-instances-node1-power"));
  });

  it("says of a host that was never reached that it cannot be now", async () => {
    const compute = { nodes: 3 };
    const { inputs } = find(await parkedWith({ compute }), "aws-node3-ready");
    assert.equal(inputs["parked"], true);
    assert.equal(find(running, "aws-node2-ready").inputs["parked"], undefined);
  }).timeout(20_000);

  it("keeps stores and address", () => {
    for (const name of ["aws-database-server", "aws-share-files", "aws-bucket-data"]) {
      assert.equal(find(parked, name).options["protect"], true);
    }
    assert.equal(find(parked, "aws-instances-address").options["protect"], true);
  });

  it("leaves a server of others alone", async () => {
    const database = { server: "existing", host: "db.example.org", adminUser: "dba" };
    const secrets = { databaseAdminPassword: "given-administrator-password" };
    const given = { ...OPERATOR, power: "parked", database };
    const graph = await runProgram({
      config: stackConfig("dev", given, secrets),
      preview: false,
    });
    const names = graph.resources.map(({ name }) => name);
    assert.deepEqual(
      names.filter((name) => name.includes("database-power")),
      [],
    );
  }).timeout(20_000);
});
