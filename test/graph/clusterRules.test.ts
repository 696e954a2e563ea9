import assert from "node:assert/strict";
import { STEP_TARGET } from "../../providers/ssh/target";
import { isRecord, isSecret } from "./answers";
import { change, type Change, input } from "./change";
import { targetOf } from "./commands";
import { variants } from "./configuration";
import { find } from "./find";
import { type Graph, runProgram } from "./harness";
import { faults } from "./rules";

describe("each rule of the graph of a cluster", () => {
  let hosts: Graph = { resources: [], listeners: [] };
  before(async () => {
    hosts = await runProgram({ config: variants.hosts, preview: false });
  });
  const waitsFor =
    (name: string): Change =>
    ({ dependencies }) => ({ dependencies: [...dependencies, find(hosts, name).urn] });

  it("finds a node that waits for another, by whatever way", () => {
    const what = "nobody waits for a node but itself, and who is reached through it for the way";
    const after = "bootstrap-join-node1";
    for (const name of ["bootstrap-join-node2", "hosts-node3-ready", "bootstrap-acceptance"]) {
      const found = faults(change(hosts, name, waitsFor(after)));
      assert.ok(found.includes(`${what}: ${name} waits for ${after}`), found.join("\n"));
    }
  });

  it("finds a node that joins twice, or not at all", () => {
    const again = { ...find(hosts, "bootstrap-join-node1"), name: "bootstrap-join-node9" };
    const twice = { ...hosts, resources: [...hosts.resources, again] };
    assert.match(faults(twice).join(), /each node joins once, .*: joins: .*-node3,.*-node9/);
    const resources = hosts.resources.filter(({ name }) => name !== "bootstrap-join-node1");
    assert.throws(() => faults({ ...hosts, resources }), /0 resources bootstrap-join-node1/);
  });

  it("finds a node that waits for Grid Engine", () => {
    const what =
      "each node joins once, after the recipe and its own host, without waiting for Grid Engine";
    const waits = change(hosts, "bootstrap-join-node1", waitsFor("bootstrap-scheduler"));
    assert.ok(faults(waits).includes(`${what}: node1: waits for it`));
  });

  it("finds tables that wait for Grid Engine, an acceptance that does not, and a Grid Engine before the recipe", () => {
    const what =
      "Grid Engine waits for the recipe, and only the acceptance and nodes that come later for it";
    const late = change(hosts, "bootstrap-antares", waitsFor("bootstrap-scheduler"));
    assert.deepEqual(faults(late), [`${what}: bootstrap-antares waits`]);
    const tables = [find(hosts, "bootstrap-antares").urn];
    const early = change(hosts, "bootstrap-acceptance", () => ({ dependencies: tables }));
    assert.deepEqual(faults(early), [`${what}: bootstrap-acceptance does not wait for it`]);
    const alone = change(hosts, "bootstrap-scheduler", () => ({ dependencies: [] }));
    assert.deepEqual(faults(alone), [`${what}: bootstrap-scheduler waits for no recipe`]);
  });

  it("finds a jump host that is not pinned", () => {
    const { environment } = find(hosts, "bootstrap-join-node2").inputs;
    const target = targetOf(environment) ?? assert.fail("no target");
    const { hostKey: _none, ...proxy } = target.proxy ?? assert.fail("no jump host");
    const value = JSON.stringify({ ...target, proxy });
    const secret = isRecord(environment) ? environment[STEP_TARGET] : undefined;
    assert.ok(isSecret(secret));
    const changed = { [STEP_TARGET]: { ...secret, value } };
    const loose = change(hosts, "bootstrap-join-node2", input("environment", changed));
    assert.deepEqual(faults(loose), [
      "a step through a jump host pins both keys and is secret as a whole: bootstrap-join-node2",
    ]);
  });
});
