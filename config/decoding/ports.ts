import { databaseKeys } from "../keys/database";
import type { Key } from "../keys/key";
import { daskKeys } from "../keys/scheduler";
import type { Config } from "../model";
import type { PortRange } from "../rules/places";
import type { Context } from "./context";

/** A port, or a range of them, that something listens on. */
interface Claim extends PortRange {
  /** For messages. */
  readonly by: string;
  /** The setting that can give way; absent where the port is fixed. */
  readonly setting?: { readonly subject: string; readonly row: Key<unknown> };
}

type Listening = Pick<Config, "database" | "dask" | "scheduler" | "share" | "target">;

/** Two programs cannot listen on one port, and dask needs enough of them. */
export function checkPorts(context: Context, config: Listening): void {
  const accepted: Claim[] = [];
  for (const claim of claims(config)) {
    const taken = accepted.find(({ first, last }) => claim.first <= last && first <= claim.last);
    if (taken === undefined || claim.setting === undefined) {
      accepted.push(claim);
      continue;
    }
    const { subject, row } = claim.setting;
    const reader = context.reader(subject);
    if (reader.sound(row)) reader.refuse(row, `ports that nothing else uses: ${taken.by}`);
  }
  checkWorkers(context, config);
}

function claims({ database, dask, scheduler, share }: Listening): readonly Claim[] {
  const { schedulerPort, dashboardPort, workerPorts } = daskKeys;
  const one = (port: number): PortRange => ({ first: port, last: port });
  const ofDask = (row: Key<unknown>): Claim["setting"] => ({ subject: "dask", row });
  return [
    ...(scheduler.kind === "gridEngine"
      ? [{ first: 6444, last: 6445, by: "6444 and 6445 are Grid Engine's" }]
      : []),
    ...claimsOfShare(share),
    ...[
      { row: schedulerPort, port: dask.schedulerPort },
      { row: dashboardPort, port: dask.dashboardPort },
    ].map(({ row, port }) => ({
      ...one(port),
      by: `${port} is ${row.path}`,
      setting: ofDask(row),
    })),
    {
      ...dask.workerPorts,
      by: `${dask.workerPorts.first}-${dask.workerPorts.last} are dask.workerPorts`,
      setting: ofDask(workerPorts),
    },
    ...(database.server.kind === "local"
      ? [
          {
            ...one(database.server.port),
            by: `${database.server.port} is database.port`,
            setting: { subject: "database", row: databaseKeys.port },
          },
        ]
      : []),
  ];
}

function claimsOfShare(share: Config["share"]): readonly Claim[] {
  if (share.kind === "exported")
    return [{ first: 2049, last: 2049, by: "2049 is the NFS server's" }];
  if (share.kind !== "efs" || share.tunnelPort === undefined) return [];
  const { tunnelPort: port } = share;
  return [{ first: port, last: port, by: `${port} is the encrypted way to the share` }];
}

function checkWorkers(context: Context, { target, dask }: Listening): void {
  const slots = target.kind === "hosts" ? target.hosts.map((host) => host.daskSlots) : [];
  const needed = 2 * Math.max(0, dask.slots, ...slots);
  const { first, last } = dask.workerPorts;
  const reader = context.reader("dask");
  if (last - first + 1 >= needed || !reader.sound(...Object.values(daskKeys))) return;
  const expected = `at least ${needed} ports: two for each of ${needed / 2} workers of one host`;
  reader.refuse(daskKeys.workerPorts, expected);
}
