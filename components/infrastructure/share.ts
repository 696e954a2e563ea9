import type { ShareConfig } from "../../config/model";
import type { SharedMount } from "./contract";

/** The share as a host mounts it. */
export function sharedMount(share: ShareConfig): SharedMount {
  if (share.kind !== "nfs") return share;
  const { path, kind, server, options } = share;
  return { path, kind, source: `${server}:${share.export}`, options };
}
