import type { Config } from "../../config/model";
import type { HostNeeds } from "../../providers/host/preflight";

/** Room for the wheelhouse while it is built, and for one installation made from it. */
const SHARE_MIB = 2048;
const INSTALLATION = { path: "/opt/antares", mib: 1536 };

/** What the host must offer that runs the steps which happen once, and the database where it is ours. */
export function masterNeeds(config: Config<unknown>): HostNeeds {
  const { share, database } = config;
  const { server } = database;
  return {
    ...nodeNeeds(config),
    space: [...(share.kind === "nfs" ? [] : [{ path: share.path, mib: SHARE_MIB }]), INSTALLATION],
    ...(server.kind === "local" ? { databasePort: server.port } : {}),
  };
}

/** What every host must offer that runs antares. */
export function nodeNeeds({ service, software }: Config<unknown>): HostNeeds {
  return {
    service: { user: service.user, uid: service.uid },
    space: [INSTALLATION],
    python: software.python,
  };
}
