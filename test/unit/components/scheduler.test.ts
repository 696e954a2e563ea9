import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { agentValues, membership, schedulerScript } from "../../../components/bootstrap/scheduler";
import type { Host } from "../../../components/host/host";
import { projectRoot } from "../../../config/root";

const FOLDER = "components/bootstrap/membership";

/** Only its name and its identity are looked at. */
const host = (name: string): Host => ({ name }) as Host;

const config = {
  share: { kind: "directory", path: "/srv/antares" },
  service: { user: "antares", uid: 5000, home: "/home/antares" },
  scheduler: { kind: "gridEngine", jobSlots: 2, queue: "antares.q", elastic: true, brake: 0.5 },
  dask: {
    slots: 1,
    schedulerPort: 8786,
    dashboardPort: 8787,
    workerPorts: { first: 9000, last: 9199 },
  },
} as const;

describe("the list of the cluster's members", () => {
  const master = host("m1");
  const known = { masterFqdn: "m1.example.org", wheelhouse: "0123456789abcdef" };
  const nodes = [
    { host: host("n1"), jobSlots: 4, daskSlots: 2 },
    { host: host("n2"), jobSlots: 0, daskSlots: 1 },
  ];

  it("has every node with its slots, and the master apart from them", () => {
    assert.deepEqual(
      membership(config, { master, nodes }, { ...known, masterFqdn: "M1.example.org" }),
      {
        master: "m1.example.org",
        masterNode: { name: "m1", jobSlots: 0, daskSlots: 0 },
        share: "/srv/antares",
        service: { user: "antares", home: "/home/antares" },
        queue: "antares.q",
        fixed: { n1: { jobSlots: 4, daskSlots: 2 }, n2: { jobSlots: 0, daskSlots: 1 } },
        elastic: { jobSlots: 2, daskSlots: 1 },
        brake: 0.5,
        dask: {
          schedulerPort: 8786,
          dashboardPort: 8787,
          workerPorts: { first: 9000, last: 9199 },
          wheelhouse: "0123456789abcdef",
        },
      },
    );
  });

  it("gives a master that takes work its own slots, not a second entry", () => {
    const own = { host: master, jobSlots: 8, daskSlots: 3 };
    const list = membership(config, { master, nodes: [own, ...nodes] }, known);
    assert.deepEqual(list.masterNode, { name: "m1", jobSlots: 8, daskSlots: 3 });
    assert.deepEqual(Object.keys(list.fixed), ["n1", "n2"]);
  });

  it("admits no others where the cluster is not elastic, and has no dask without a slot", () => {
    const scheduler = { ...config.scheduler, elastic: false };
    const jobs = [{ host: host("n1"), jobSlots: 4, daskSlots: 0 }];
    const list = membership({ ...config, scheduler }, { master, nodes: jobs }, known);
    assert.deepEqual([list.elastic, list.dask], [null, null]);
    const elastic = membership(config, { master, nodes: jobs }, known);
    assert.notEqual(elastic.dask, null);
  });
});

describe("the membership's files", () => {
  it("travel to the master or to the nodes, each of them", () => {
    const master = Object.keys(schedulerScript.assets);
    const node = ["agent.py", "antares-node", "nodejobs.py", "nodeshare.py"];
    const files = readdirSync(join(projectRoot, FOLDER)).filter((name) => name !== "__pycache__");
    assert.deepEqual([...master, ...node].sort(), files.sort());
    for (const path of Object.values(schedulerScript.assets)) {
      assert(existsSync(join(projectRoot, path)), path);
    }
  });

  it("are a whole start script on a node", () => {
    const { AGENT_SERVICE: script } = agentValues();
    assert.match(script, /^#!\/bin\/bash\n### BEGIN INIT INFO\n# Provides: +antares-node\n/);
    assert.match(script, /^# pidfile: \/run\/antares-node\.pid$/m);
    assert.match(script, /\nesac\n$/);
  });
});
