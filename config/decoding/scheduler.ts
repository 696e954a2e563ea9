import { elasticKeys } from "../keys/aws";
import { daskKeys, schedulerKeys as keys } from "../keys/scheduler";
import type { DaskConfig, SchedulerConfig, TargetConfig } from "../model";
import type { Context } from "./context";

/** Decodes `antares:scheduler`; hosts need one, one machine can do without. */
export function decodeScheduler(context: Context, target: TargetConfig["kind"]): SchedulerConfig {
  const reader = context.reader("scheduler");
  const isCluster = target !== "single";
  const kind = reader.optional(keys.kind) ?? (isCluster ? "gridEngine" : "none");
  const scheduler = {
    kind,
    jobSlots: reader.value(keys.jobSlots),
    queue: reader.value(keys.queue),
    elastic: takesOthers(context, target),
    brake: reader.value(keys.brake),
  };
  if (isCluster && kind === "none") {
    reader.refuse(keys.kind, "gridEngine: without a scheduler there is one machine only");
  }
  if (target !== "hosts") reader.forbid([keys.elastic]);
  if (!isCluster) reader.forbid([keys.brake]);
  // A refused kind says nothing about what belongs to it.
  if (kind === "none" && reader.sound(keys.kind)) reader.forbid([keys.jobSlots, keys.queue]);
  return scheduler;
}

/** On AWS nodes that nobody has listed are made where `elastic.max` says so. */
function takesOthers(context: Context, target: TargetConfig["kind"]): boolean {
  if (target === "aws") return context.reader("elastic").value(elasticKeys.max) > 0;
  return context.reader("scheduler").value(keys.elastic) && target === "hosts";
}

/** Decodes `antares:dask`. */
export function decodeDask(context: Context): DaskConfig {
  const reader = context.reader("dask");
  return {
    slots: reader.value(daskKeys.slots),
    schedulerPort: reader.value(daskKeys.schedulerPort),
    dashboardPort: reader.value(daskKeys.dashboardPort),
    workerPorts: reader.optional(daskKeys.workerPorts) ?? daskKeys.workerPorts.sample,
  };
}
