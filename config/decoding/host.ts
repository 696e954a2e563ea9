import { hostKeys } from "../keys/host";
import type { HostAccessConfig, SingleHostConfig } from "../model";
import type { Context } from "./context";
import type { Reader } from "./reader";

/** Decodes `antares:host`. */
export function decodeHost(context: Context): SingleHostConfig {
  const reader = context.reader("host");
  return { name: reader.value(hostKeys.name), access: decodeAccess(context, reader) };
}

function decodeAccess(context: Context, reader: Reader): HostAccessConfig {
  if (reader.value(hostKeys.access) === "local") {
    const { address, port, user, hostKey } = hostKeys;
    if (reader.sound(hostKeys.access)) reader.forbid([address, port, user, hostKey]);
    return { kind: "local" };
  }
  context.requireSecret("sshPrivateKey", "host.access is ssh");
  const hostKey = reader.optional(hostKeys.hostKey);
  return {
    kind: "ssh",
    address: reader.required(hostKeys.address),
    port: reader.value(hostKeys.port),
    user: reader.value(hostKeys.user),
    ...(hostKey !== undefined && { hostKey }),
  };
}
