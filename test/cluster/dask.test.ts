import { strict as assert } from "node:assert";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Membership } from "../../components/bootstrap/scheduler";
import { lockedPython } from "../antares/environment";
import { eventually, GridEngine } from "./gridEngine";
import { Cluster, SHARE } from "./stage";

const PYTHON = "/opt/python";
const PORTS = {
  schedulerPort: 8786,
  dashboardPort: 8787,
  workerPorts: { first: 9000, last: 9019 },
  wheelhouse: "first",
};
const NODES = { n1: { jobSlots: 1, daskSlots: 2 }, n2: { jobSlots: 1, daskSlots: 1 } };
const FILE = `${SHARE}/state/dask/scheduler.json`;

/** Asks the scheduler as a user's program does: [sum, names of workers, their ports, how often dask looks at itself]. */
const QUESTION = `
import json, sys, time
import dask
from distributed import Client
def looks():
    return [dask.config.get(f"distributed.{each}.interval") for each in ("admin.tick", "worker.profile")]
with Client(scheduler_file=sys.argv[1], timeout=20) as client:
    client.wait_for_workers(int(sys.argv[2]), timeout=60)
    total = sum(client.gather(client.map(lambda it: it * it, range(200))))
    workers = client.scheduler_info()["workers"]
    names = sorted(worker["name"].rpartition(".")[0] for worker in workers.values())
    ports = [int(address.rpartition(":")[2]) for address in workers]
    addresses = sorted({address.split("//")[1].split(":")[0] for address in workers})
    quiet = [client.run_on_scheduler(looks), *client.run(looks).values(), *client.run(looks, nanny=True).values()]
    seen = sorted({" ".join(each) for each in quiet})
    print(json.dumps([total, names, all(9000 <= port <= 9009 for port in ports), addresses, seen]))
`;

describe("dask as jobs of Grid Engine", function () {
  this.timeout(120_000);
  this.bail(true);
  let cluster: Cluster;
  let ge: GridEngine;

  const compute = async (host: string, workers: number): Promise<unknown> => {
    const command = [
      "runuser",
      "-u",
      "antares",
      "--",
      `${PYTHON}/bin/python`,
      "/srv/antares/ask.py",
      FILE,
    ];
    const out = await cluster.run(cluster.host(host), [...command, String(workers)], 90_000);
    return JSON.parse(out) as unknown;
  };
  const jobs = async (): Promise<string[]> => {
    const text = await ge.ask(
      "bash",
      "-c",
      "qstat -u '*' -xml | sed -n 's#.*<JB_name>\\(.*\\)</JB_name>.*#\\1#p'",
    );
    return text
      .split("\n")
      .filter((name) => name !== "")
      .sort();
  };

  before(async function () {
    this.timeout(15 * 60_000);
    const python = await lockedPython((line) => console.log(`    ${line}`));
    cluster = await Cluster.create([{ source: python, target: PYTHON, readOnly: true }]);
    ge = new GridEngine(cluster);
    writeFileSync(join(cluster.share, "ask.py"), QUESTION);
    for (const name of ["master", "n1", "n2"]) {
      const host = await cluster.add(name);
      const bin = join(host.rootDir, "opt/antares/first/bin");
      mkdirSync(bin, { recursive: true });
      symlinkSync("/opt/antares/first", join(host.rootDir, "opt/antares/venv"));
      // The environment was made for another folder: its own command would look for itself there.
      const text = `#!/bin/sh\nexec ${PYTHON}/bin/python -m dask "$@"\n`;
      writeFileSync(join(bin, "dask"), text, { mode: 0o755 });
    }
    // What an ended scheduler left, at an address where nobody answers.
    mkdirSync(join(cluster.share, "state/dask"));
    writeFileSync(
      join(cluster.share, "state/dask/scheduler.json"),
      '{"address": "tcp://10.77.255.1:1"}',
    );
    const { code, stderr } = await cluster.scheduler({ fixed: NODES, dask: PORTS });
    assert.equal(code, 0, stderr);
    const joins = await Promise.all(["n1", "n2"].map((name) => cluster.join(cluster.host(name))));
    assert.deepEqual(
      joins.map((each) => each.code),
      [0, 0],
      joins[0]?.stderr,
    );
  });
  after(async () => cluster.close());

  it("a scheduler on the master, a worker for each slot, the right sum from every host", async () => {
    const names = ["dask-worker-n1", "dask-worker-n1", "dask-worker-n2"];
    const addresses = ["n1", "n2"].map((name) => cluster.host(name).address).sort();
    const begun = Date.now();
    assert.deepEqual(await compute("n2", 3), [2646700, names, true, addresses, ["200ms 100ms"]]);
    console.log(`    computed ${(Date.now() - begun) / 1000} s after the joins`);
    assert.deepEqual(await compute("master", 3), [
      2646700,
      names,
      true,
      addresses,
      ["200ms 100ms"],
    ]);
    assert.deepEqual(await jobs(), ["dask-scheduler", ...names]);
    const scheduler = readFileSync(join(cluster.share, "state/dask/scheduler.json"), "utf8");
    assert.match(
      scheduler,
      new RegExp(`"tcp://${cluster.master.address.replaceAll(".", "\\.")}:8786"`),
    );
  });

  it("its ports are open on the cluster's network only, and all of them are its own", async () => {
    const { stdout } = await cluster.host("n1").exec(["python3", "-c", LISTENING]);
    const { address } = cluster.host("n1");
    const found = JSON.parse(stdout) as [string, number][];
    const dask = found.filter(([, port]) => port >= 8000 && port < 10_000);
    assert.equal(dask.length, 4);
    assert.deepEqual([...new Set(dask.map(([at]) => at))], [address]);
    const known = [22, 6444, 6445];
    const others = found.filter(
      ([, port]) => !known.includes(port) && (port < 9000 || port > 9019),
    );
    assert.deepEqual(
      others.filter(([at]) => !at.startsWith("127.")),
      [],
    );
  });

  it("a full dask keeps no job away", async () => {
    const { code } = await ge.asUser(
      "timeout 60 qsub -sync y -b y -o /dev/null -j y -l h=n1.antares.test true",
    );
    assert.equal(code, 0);
    assert.equal((await jobs()).length, 4);
  });

  it("a worker that ends is there again", async () => {
    const number = (): Promise<string> =>
      ge.ask("bash", "-c", "qstat -u antares -q '*@n2.antares.test' | awk 'NR > 2 {print $1}'");
    const before = await number();
    assert.match(before, /^\d+$/);
    await cluster.host("n2").exec(["pkill", "-KILL", "-f", "dask worker"]);
    await eventually("another job on n2", 60, async () => {
      const now = await number();
      return /^\d+$/.test(now) && now !== before;
    });
    const [sum] = (await compute("n1", 3)) as [number];
    assert.equal(sum, 2646700);
  });

  it("a node that leaves loses its workers, and gets them again", async () => {
    const node = cluster.host("n1");
    assert.equal(
      (await node.exec(["service", "antares-node", "stop"], { timeoutMs: 120_000 })).code,
      0,
    );
    assert.deepEqual(
      cluster.log().filter((line) => line.includes("FAILED")),
      [],
    );
    assert.deepEqual(await jobs(), ["dask-scheduler", "dask-worker-n2"]);
    assert.equal((await node.exec(["pgrep", "-c", "-f", "dask"])).stdout.trim(), "0");
    await node.exec(["service", "antares-node", "start"]);
    await eventually("n1's workers", 60, async () => (await jobs()).length === 4);
    assert.equal(existsSync(join(cluster.share, "state/dask/scheduler.json")), true);
  });

  const file = (): string => join(cluster.share, "state/dask/scheduler.json");
  const upgrade = async (list: Partial<Membership>): Promise<void> => {
    const { code, stderr } = await cluster.scheduler({ fixed: NODES, ...list });
    assert.equal(code, 0, stderr);
  };
  const numbers = (): Promise<string> =>
    ge.ask("bash", "-c", "qstat -u antares | awk 'NR > 2 {print $1}' | sort | tr '\\n' ' '");

  it("other settings reach all of it, the scheduler first", async () => {
    const from = cluster.log().length;
    await upgrade({ dask: { ...PORTS, schedulerPort: 8790 } });
    // One that ends takes its file with it.
    await eventually(
      "a scheduler at its new port",
      60,
      () => existsSync(file()) && readFileSync(file(), "utf8").includes(":8790"),
    );
    const [sum, names] = (await compute("n2", 3)) as [number, string[]];
    assert.deepEqual([sum, names.length], [2646700, 3]);
    const lines = cluster.log().slice(from);
    const anew = lines.slice(lines.findIndex((line) => /deleting .* dask-scheduler/.test(line)));
    const submitted = anew.flatMap((line) => /submitted (\S+) /.exec(line)?.[1] ?? []);
    assert.deepEqual([submitted[0], submitted.length], ["dask-scheduler", 4], lines.join("\n"));
  });

  it("other software reaches each worker as soon as its host has it", async () => {
    const before = await numbers();
    const install = (name: string): void => {
      const root = cluster.host(name).rootDir;
      rmSync(join(root, "opt/antares/venv"));
      symlinkSync("/opt/antares/second", join(root, "opt/antares/venv"));
    };
    for (const name of ["master", "n1", "n2"]) {
      const folder = join(cluster.host(name).rootDir, "opt/antares");
      cpSync(join(folder, "first"), join(folder, "second"), { recursive: true });
    }
    for (const name of ["master", "n2"]) install(name);
    await upgrade({ dask: { ...PORTS, wheelhouse: "second" } });
    await eventually("all jobs are others", 60, async () => {
      const now = (await numbers()).split(" ");
      return now.length === 4 && !now.some((number) => before.includes(number));
    });
    assert.deepEqual(((await compute("n2", 1)) as [number, string[]])[1], ["dask-worker-n2"]);
    install("n1");
    assert.equal(((await compute("n2", 3)) as [number, string[]])[1].length, 3);
  });

  it("a job that only has a name of ours is left alone, one in dask's queue is taken for ours", async () => {
    const submit = async (options: string): Promise<string> => {
      const job = `qsub -terse -h ${options} -b y -N dask-scheduler -o /dev/null -j y true`;
      return (await ge.asUser(job)).out;
    };
    const [theirs, ours] = [await submit(""), await submit("-l dask -q dask.q")];
    const is = async (job: string): Promise<boolean> => (await numbers()).split(" ").includes(job);
    await eventually("it is ended", 30, async () => !(await is(ours)));
    assert.equal(await is(theirs), true);
    await ge.ask("qdel", theirs);
  });

  it("all of it ends where no host has a slot for it", async () => {
    await upgrade({ fixed: { n1: { jobSlots: 1, daskSlots: 0 } }, dask: null });
    await eventually("no job of dask", 60, async () => (await jobs()).length === 0);
  });
});

/** Listening TCP sockets as [address, port], without any tool. */
const LISTENING = `
import json, socket, struct
found = []
for line in open("/proc/net/tcp").read().splitlines()[1:]:
    local, state = line.split()[1], line.split()[3]
    if state == "0A":
        host, port = local.split(":")
        found.append([socket.inet_ntoa(struct.pack("<L", int(host, 16))), int(port, 16)])
print(json.dumps(found))
`;
