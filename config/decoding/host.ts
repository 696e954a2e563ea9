import { hostKeys, serviceKeys, shareKeys } from "../keys/host";
import type { HostAccessConfig, ServiceConfig, ShareConfig, SingleHostConfig } from "../model";
import { isWithin } from "../rules/places";
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
    const rows = [address, port, user, hostKey];
    for (const row of rows) reader.optional<unknown>(row);
    if (reader.sound(hostKeys.access)) reader.forbid(rows);
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

/** Decodes `antares:share` and `antares:service`, which must not lie in each other. */
export function decodePlaces(context: Context): {
  readonly share: ShareConfig;
  readonly service: ServiceConfig;
} {
  const shareReader = context.reader("share");
  const serviceReader = context.reader("service");
  const share = { path: shareReader.value(shareKeys.path) };
  const service = {
    user: serviceReader.value(serviceKeys.user),
    uid: serviceReader.value(serviceKeys.uid),
    home: serviceReader.value(serviceKeys.home),
  };
  const sound = shareReader.sound(shareKeys.path) && serviceReader.sound(serviceKeys.home);
  if (sound && isWithin(service.home, share.path)) {
    // The settings on the share are linked into the home, which is each host's own.
    serviceReader.refuse(serviceKeys.home, `a directory outside share.path (${share.path})`);
  } else if (sound && isWithin(share.path, service.home)) {
    // A home is closed to other users, and it is each host's own.
    shareReader.refuse(shareKeys.path, `a directory outside service.home (${service.home})`);
  }
  return { share, service };
}
