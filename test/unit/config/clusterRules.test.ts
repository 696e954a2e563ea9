import assert from "node:assert/strict";
import { cluster, faults, HOST_KEYS as KEYS, MASTER, NODE, type Given } from "./fixture";

const refused = (hosts: readonly unknown[], given: Given = {}): string[] =>
  faults(cluster(hosts, given), KEYS);

describe("keys of another target", () => {
  it("are refused, empty ones and defaults are not", () => {
    const expected = "expected no value: it counts only where target is";
    assert.deepEqual(refused([MASTER, NODE], { host: { name: "master" } }), [
      `antares:host: ${expected} single`,
    ]);
    assert.deepEqual(refused([MASTER, NODE], { host: {} }), []);
    assert.deepEqual(faults({ hosts: [MASTER] }), [`antares:hosts: ${expected} hosts`]);
    assert.deepEqual(faults({ hosts: [] }), []);
    assert.deepEqual(faults({ ssh: { waitSeconds: 5 } }), [
      "antares:ssh.waitSeconds is 5: expected no value: it counts only where hosts are reached by SSH",
    ]);
  });

  it("of the scheduler are refused where there is none", () => {
    const only = (what: string): string => `expected no value: it counts only where ${what}`;
    assert.deepEqual(faults({ scheduler: { jobSlots: 3, queue: "a.q", elastic: true } }), [
      `antares:scheduler.elastic is true: ${only("target is hosts")}`,
      `antares:scheduler.jobSlots is 3: ${only("scheduler.kind is gridEngine")}`,
      `antares:scheduler.queue is "a.q": ${only("scheduler.kind is gridEngine")}`,
    ]);
  });

  it("say nothing where the target itself is refused", () => {
    assert.deepEqual(faults({ target: "host", hosts: [MASTER] }).length, 1);
  });
});

describe("kinds of share and scheduler", () => {
  it("hosts must choose a share that all see", () => {
    const [line] = refused([MASTER, NODE], { share: undefined });
    assert.equal(
      line,
      "antares:share.kind: expected one of directory, nfs, path, exported, efs, because target is " +
        "hosts; it is missing",
    );
    assert.deepEqual(refused([MASTER, NODE], { share: { kind: "directory" } }), [
      'antares:share.kind is "directory": expected nfs, path or exported: the hosts must see one ' +
        "directory",
    ]);
    assert.deepEqual(faults({ share: { kind: "exported" } }), [
      'antares:share.kind is "exported": expected directory, nfs or path: one machine has nobody to ' +
        "export to",
    ]);
  });

  it("NFS needs server and export, and nothing else takes them", () => {
    const path =
      "an absolute path without `.`, `..`, `//` or a `/` at its end; letters, digits and . _ + @ -";
    assert.deepEqual(faults({ share: { kind: "nfs" } }), [
      "antares:share.server: expected a host name or an IPv4 address, without port or user, because " +
        "share.kind is nfs; it is missing",
      `antares:share.export: expected ${path}, because share.kind is nfs; it is missing`,
    ]);
    const only = "expected no value: it counts only where share.kind is nfs";
    assert.deepEqual(faults({ share: { server: "nfs", export: "/", options: "hard" } }), [
      `antares:share.server is "nfs": ${only}`,
      `antares:share.export is "/": ${only}`,
      `antares:share.options is "hard": ${only}, exported or efs`,
    ]);
  });

  it("hosts need Grid Engine", () => {
    assert.deepEqual(refused([MASTER, NODE], { scheduler: { kind: "none" } }), [
      'antares:scheduler.kind is "none": expected gridEngine: without a scheduler there is one ' +
        "machine only",
    ]);
  });

  it("hosts need a database that all can reach", () => {
    const database = { server: "existing", host: "127.0.0.1" };
    assert.deepEqual(
      faults(cluster([MASTER, NODE], { database }), { ...KEYS, databasePassword: "x" }),
      ['antares:database.host is "127.0.0.1": expected an address that every host can reach'],
    );
  });
});

describe("ports", () => {
  const taken = (given: Given): string[] => refused([MASTER, NODE], given);
  const uses = "expected ports that nothing else uses:";

  it("of dask are apart from Grid Engine's, from one another and from the database's", () => {
    assert.deepEqual(taken({ dask: { schedulerPort: 6444, dashboardPort: 9010 } }), [
      `antares:dask.schedulerPort is 6444: ${uses} 6444 and 6445 are Grid Engine's`,
      `antares:dask.workerPorts: ${uses} 9010 is dask.dashboardPort`,
    ]);
    assert.deepEqual(taken({ dask: { workerPorts: "8000-8786" }, database: { port: 8787 } }), [
      'antares:dask.workerPorts is "8000-8786": expected ports that nothing else uses: 8786 is ' +
        "dask.schedulerPort",
      `antares:database.port is 8787: ${uses} 8787 is dask.dashboardPort`,
    ]);
    assert.deepEqual(taken({ database: { port: 9199 } }), [
      `antares:database.port is 9199: ${uses} 9000-9199 are dask.workerPorts`,
    ]);
  });

  it("of Grid Engine and NFS are free where there is neither", () => {
    assert.deepEqual(faults({ dask: { schedulerPort: 6444, dashboardPort: 2049 } }), []);
    assert.deepEqual(taken({ share: { kind: "exported" }, database: { port: 2049 } }), [
      `antares:database.port is 2049: ${uses} 2049 is the NFS server's`,
    ]);
  });

  it("are two for each worker of a host", () => {
    const hosts = [MASTER, { ...NODE, daskSlots: 4 }];
    assert.deepEqual(refused(hosts, { dask: { workerPorts: "9000-9007" } }), []);
    assert.deepEqual(refused(hosts, { dask: { workerPorts: "9000-9006" } }), [
      'antares:dask.workerPorts is "9000-9006": expected at least 8 ports: two for each of 4 workers ' +
        "of one host",
    ]);
  });
});
