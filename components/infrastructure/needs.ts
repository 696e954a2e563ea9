import type { Config, ShareConfig } from "../../config/model";
import type { HostNeeds } from "../../providers/host/preflight";
import { sharedMount } from "./share";

const QMASTER = { port: 6444, program: "qmaster" } as const;
const EXECD = { port: 6445, program: "execd" } as const;

/** Room for the wheelhouse while it is built, and for one installation made from it. */
const SHARE_MIB = 2048;
const INSTALLATION = { path: "/opt/antares", mib: 1536 };

/** What the host must offer that runs the steps which happen once, and the database where it is ours. */
export function masterNeeds(config: Config<unknown>): HostNeeds {
  const { share, database, scheduler, dask } = config;
  const { server } = database;
  const isScheduled = scheduler.kind === "gridEngine";
  return {
    ...nodeNeeds(config),
    space: [...(isRemote(share) ? [] : [{ path: share.path, mib: SHARE_MIB }]), INSTALLATION],
    ports: [
      ...(server.kind === "local" ? [{ port: server.port, program: "postgresql" } as const] : []),
      ...(isScheduled ? [QMASTER, EXECD] : []),
      { port: dask.schedulerPort, program: "daskScheduler" },
      { port: dask.dashboardPort, program: "daskDashboard" },
    ],
    ...(isScheduled ? { scheduler: "master" } : {}),
  };
}

/** What every host must offer that runs antares. */
export function nodeNeeds({ service, software, scheduler, share }: Config<unknown>): HostNeeds {
  const tried = triedShare(share);
  return {
    service: { user: service.user, uid: service.uid },
    space: [INSTALLATION],
    python: software.python,
    ...(scheduler.kind === "gridEngine" ? { ports: [EXECD], scheduler: "node" } : {}),
    ...(tried === undefined ? {} : { share: tried }),
  };
}

/** A share of our own making is not there yet. */
function triedShare(share: ShareConfig): HostNeeds["share"] {
  // A file system on AWS may not be there yet.
  if (share.kind === "efs") return undefined;
  const mount = sharedMount(share);
  switch (mount.kind) {
    case "path":
      return { kind: "path", path: mount.path };
    case "nfs":
      return mount;
    case "directory":
    case "exported":
      return undefined;
  }
}

function isRemote({ kind }: ShareConfig): boolean {
  return kind === "nfs" || kind === "efs";
}
