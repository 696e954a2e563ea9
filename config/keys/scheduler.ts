import { queueName } from "../rules/names";
import { port, portRange } from "../rules/places";
import { choice, fraction, truth } from "../rules/rule";
import { slotCount } from "./hosts";
import { defaulted, key } from "./key";

const ENGINE_ONLY = "scheduler.kind is gridEngine";

export const schedulerKeys = {
  kind: key({
    path: "scheduler.kind",
    rule: choice(["none", "gridEngine"]),
    example: "gridEngine",
    defaultNote: "none for one machine, else gridEngine",
    description:
      "`gridEngine`: jobs are submitted with qsub, and dask runs as jobs. `none`: dask alone, as " +
      "processes; for one machine only.",
  }),
  jobSlots: defaulted({
    path: "scheduler.jobSlots",
    rule: slotCount,
    default: 2,
    only: ENGINE_ONLY,
    description: "Jobs that run at once on the one machine, or on each node that says no other.",
  }),
  queue: defaulted({
    path: "scheduler.queue",
    rule: queueName,
    default: "antares.q",
    only: ENGINE_ONLY,
    description: "Queue of the jobs. dask has a queue of its own, `dask.q`.",
  }),
  elastic: defaulted({
    path: "scheduler.elastic",
    rule: truth,
    default: true,
    only: "target is hosts",
    description: "Whether hosts that are not in `hosts` may join with the printed command.",
  }),
  brake: defaulted({
    path: "scheduler.brake",
    rule: fraction,
    default: 0.5,
    only: "target is hosts or aws",
    description:
      "Where more than this part of the members vanishes at once, and at least two, none is taken " +
      "for dead: it is rather the master who is cut off.",
  }),
};

export const daskKeys = {
  slots: defaulted({
    path: "dask.slots",
    rule: slotCount,
    default: 1,
    description: "dask workers on the one machine, or on each node that says no other.",
  }),
  schedulerPort: defaulted({
    path: "dask.schedulerPort",
    rule: port,
    unit: "TCP port",
    default: 8786,
    description: "Port of dask's scheduler on the master.",
  }),
  dashboardPort: defaulted({
    path: "dask.dashboardPort",
    rule: port,
    unit: "TCP port",
    default: 8787,
    description: "Port of its dashboard.",
  }),
  workerPorts: key({
    path: "dask.workerPorts",
    rule: portRange,
    unit: "TCP ports",
    example: "9000-9199",
    defaultNote: "`9000-9199`",
    description: "Ports of the workers and their nannies, on every host: two for each worker.",
  }),
};
