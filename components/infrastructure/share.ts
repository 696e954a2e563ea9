import type { ShareConfig } from "../../config/model";

/** The share as a host mounts it; plain, because nobody has to make an existing server first. */
export function sharedMount(share: ShareConfig) {
  if (share.kind === "efs") throw new Error("the configuration let efs pass for these hosts");
  if (share.kind !== "nfs") return share;
  const { path, kind, server, options } = share;
  return { path, kind, source: `${server}:${share.export}`, options };
}
