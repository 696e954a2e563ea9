import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config/model";
import type { Step } from "../host/host";
import { readParts } from "../host/render";
import type { Infrastructure } from "../infrastructure/contract";
import { installValues, serviceValues, type PhaseContext } from "./context";
import type { SoftwareResult } from "./software";

export interface SchedulerResult {
  /** The master as Grid Engine calls it. */
  readonly qmaster: string;
  readonly queues: readonly string[];
}

/** What a host takes. */
interface Slots {
  readonly jobSlots: number;
  readonly daskSlots: number;
}

/** The list that the master's reconciler holds Grid Engine to. */
export interface Membership {
  /** The master by its full name. */
  readonly master: string;
  /** The master's own name and slots; it is no member. */
  readonly masterNode: Slots & { readonly name: string };
  readonly share: string;
  readonly service: { readonly user: string; readonly home: string };
  readonly queue: string;
  /** Hosts of the configuration, by name. */
  readonly fixed: Readonly<Record<string, Slots>>;
  /** What other hosts get that ask; null where none may. */
  readonly elastic: Slots | null;
  readonly brake: number;
  /** null where no host has a slot for dask. */
  readonly dask: {
    readonly schedulerPort: number;
    readonly dashboardPort: number;
    readonly workerPorts: { readonly first: number; readonly last: number };
    /** What scheduler and workers run: others begin when it is another one. */
    readonly wheelhouse: string;
  } | null;
  /** Seconds that differ from the programs' own. */
  readonly timings?: Readonly<Record<string, number>>;
}

const FOLDER = "components/bootstrap/membership";

const ASSETS = [
  "answers.py",
  "antares-reconciler",
  "aside.py",
  "configure.py",
  "dask-scheduler.sh",
  "dask-worker.sh",
  "daskjobs.py",
  "daskkeeper.py",
  "decisions.py",
  "departures.py",
  "gridengine.py",
  "outlook.py",
  "reconciler.py",
  "service.sh",
  "statements.py",
  "storage.py",
  "telling.py",
];

/** Script of the phase, without its values. */
export const schedulerScript = {
  parts: [
    "components/host/scripts/packages.sh",
    "providers/host/preflight/cellUse.sh",
    "components/bootstrap/scripts/cell.sh",
    "components/bootstrap/scripts/gridengine.sh",
    "components/bootstrap/scripts/daemons.sh",
    "components/bootstrap/scripts/scheduler.sh",
  ],
  assets: Object.fromEntries(ASSETS.map((name) => [name, `${FOLDER}/${name}`])),
} as const;

/** Parts that define `prepare_node` and `join_cluster`, for the recipe of the nodes; after `packages.sh`. */
export const membershipParts: readonly string[] = [
  "providers/host/preflight/cellUse.sh",
  "components/bootstrap/scripts/cell.sh",
  "components/bootstrap/scripts/gridengine.sh",
  "components/bootstrap/scripts/daemons.sh",
  "components/bootstrap/scripts/membership.sh",
];

type AgentText = "AGENT" | "AGENT_JOBS" | "AGENT_SHARE" | "AGENT_SERVICE";

/** Texts that `join_cluster` puts on a node. */
export function agentValues(): Readonly<Record<AgentText, string>> {
  return {
    AGENT: readParts([`${FOLDER}/agent.py`]),
    AGENT_JOBS: readParts([`${FOLDER}/nodejobs.py`]),
    AGENT_SHARE: readParts([`${FOLDER}/nodeshare.py`]),
    AGENT_SERVICE: `#!/bin/bash\n${readParts([`${FOLDER}/antares-node`, `${FOLDER}/service.sh`])}`,
  };
}

/** Grid Engine on the master, and who may belong to it; nothing where there is none. */
export function scheduler(
  context: PhaseContext,
  {
    shareId,
    software,
  }: { readonly shareId: pulumi.Output<string>; readonly software: Step<SoftwareResult> },
): Step<SchedulerResult> | undefined {
  const { config, infrastructure } = context;
  if (config.scheduler.kind === "none") return undefined;
  const masterFqdn = pulumi.output(infrastructure.masterFqdn);
  const { SHARE, DEBIAN_MIRROR } = installValues(context);
  return infrastructure.master.run(
    `${context.name}-scheduler`,
    {
      phase: "scheduler",
      ...schedulerScript,
      values: {
        ...serviceValues(context),
        SHARE: SHARE ?? "",
        SHARE_ID: shareId,
        DEBIAN_MIRROR: DEBIAN_MIRROR ?? "",
        MASTER_FQDN: masterFqdn,
        MEMBERSHIP: pulumi
          .all([masterFqdn, software.result])
          .apply(([fqdn, { wheelhouse }]) =>
            JSON.stringify(membership(config, infrastructure, { masterFqdn: fqdn, wheelhouse })),
          ),
      },
      // The tables need none of it; its packages may have to wait for all those of the database server.
      beside: true,
      limitMinutes: 20,
    },
    { parent: context.parent },
  );
}

export function membership(
  config: Pick<Config<unknown>, "scheduler" | "dask" | "share" | "service">,
  { master, nodes }: Pick<Infrastructure, "master" | "nodes">,
  { masterFqdn, wheelhouse }: { readonly masterFqdn: string; readonly wheelhouse: string },
): Membership {
  const { slots, ...ports } = config.dask;
  const { jobSlots, elastic, queue, brake } = config.scheduler;
  const own = nodes.find(({ host }) => host === master);
  const listed = nodes.filter((node) => node !== own);
  const anyDask = nodes.some(({ daskSlots }) => daskSlots > 0) || (elastic && slots > 0);
  return {
    master: masterFqdn.toLowerCase(),
    masterNode: {
      name: master.name,
      jobSlots: own?.jobSlots ?? 0,
      daskSlots: own?.daskSlots ?? 0,
    },
    share: config.share.path,
    service: { user: config.service.user, home: config.service.home },
    queue,
    fixed: Object.fromEntries(
      listed.map(({ host, jobSlots: job, daskSlots: dask }) => [
        host.name,
        { jobSlots: job, daskSlots: dask },
      ]),
    ),
    elastic: elastic ? { jobSlots, daskSlots: slots } : null,
    brake,
    dask: anyDask ? { ...ports, wheelhouse } : null,
  };
}
