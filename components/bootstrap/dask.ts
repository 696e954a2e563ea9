import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import type { Step } from "../host/host";
import { renderValues } from "../host/render";
import { serviceValues, type PhaseContext } from "./context";
import type { SoftwareResult } from "./software";

/**
 * On a machine without Grid Engine: scheduler and workers as a service. With Grid Engine
 * they are its jobs, kept by the reconciler (see scheduler.ts).
 */
export function dask(
  context: PhaseContext,
  software: Step<SoftwareResult>,
): Step<{ service: string }> | undefined {
  const { config, infrastructure } = context;
  if (config.scheduler.kind === "gridEngine") return undefined;
  const { schedulerPort, dashboardPort, workerPorts } = config.dask;
  const [machine] = infrastructure.nodes;
  const settings = {
    ...serviceValues(context),
    SCHEDULER_FILE: `${config.share.path}/state/dask/scheduler.json`,
    SCHEDULER_PORT: String(schedulerPort),
    DASHBOARD_PORT: String(dashboardPort),
    WORKER_PORTS: `${workerPorts.first}:${workerPorts.last}`,
    WORKERS: String(machine?.daskSlots ?? 0),
    NODE_NAME: infrastructure.master.name,
  };
  const service = "components/bootstrap/scripts/antares-dask.sh";
  return infrastructure.master.run(
    `${context.name}-dask`,
    {
      phase: "dask",
      parts: ["components/bootstrap/scripts/dask.sh"],
      values: {
        SERVICE: readFileSync(join(projectRoot, service), "utf8"),
        // Nothing reads its last value: processes of older software end where it is another one.
        SETTINGS: software.result.apply(({ wheelhouse }) =>
          renderValues({ ...settings, WHEELHOUSE: wheelhouse }),
        ),
      },
      limitMinutes: 5,
    },
    { parent: context.parent },
  );
}
