import type { Report } from "../../../rehearsal/run/report";

/** Of one machine. */
export const sample: Report = {
  stack: "local",
  target: "single",
  engine: {
    cli: "3.259.0",
    cliOrigin: "built",
    plugins: {
      command: { version: "1.2.1", origin: "stand-in" },
      postgresql: { version: "3.18.1", origin: "official" },
    },
  },
  antares: { origin: "stand-in", version: "0.4.0+standin", commit: null },
  phases: [
    { name: "preflight", host: "master", seconds: 0.9 },
    { name: "software", host: "master", seconds: 61.3 },
  ],
  acceptance: {
    schema: "ready",
    migrations: { expected: 66, applied: 66, last: "0066_auto_20200312_1921" },
    countries: [{ iso: "MEX", regions: 3 }],
    nodes: [{ name: "master", files: 21, antares: "0.4.0" }],
    gridEngine: null,
    dask: { workers: 1, nodes: ["master"] },
    versions: { python: "3.11.2", postgis: null },
  },
  hosts: [{ name: "master", role: "master" }],
  gridEngine: null,
  dask: { workers: 1, nodes: ["master"] },
  outputs: { outputsVersion: 1, nodeNames: ["master"] },
  secondUp: { changes: 0 },
  sshConnections: { firstUp: 0, secondUp: 0 },
  bySsh: { phases: [{ name: "share", host: "master", seconds: 1 }], secondUp: { changes: 0 } },
  stateFile: "/var/tmp/rehearsal/state.json",
  logs: "/var/tmp/rehearsal/logs",
};

const gridEngine = {
  hosts: [
    { name: "master", jobSlots: 0, daskSlots: 0 },
    { name: "node-1", jobSlots: 2, daskSlots: 1 },
    { name: "node-2", jobSlots: 2, daskSlots: 1 },
  ],
  queues: ["antares.q", "dask.q"],
  slots: 4,
};
const dask = { workers: 2, nodes: ["node-1", "node-2"] };

/** Of a master and two nodes. */
export const cluster: Report = {
  ...sample,
  stack: "hosts",
  target: "hosts",
  acceptance: { ...sample.acceptance, gridEngine, dask },
  hosts: [
    { name: "master", role: "master" },
    { name: "node-1", role: "node" },
    { name: "node-2", role: "node" },
  ],
  gridEngine,
  dask,
  sshConnections: { firstUp: 23, secondUp: 0 },
  bySsh: null,
};
