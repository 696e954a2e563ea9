import { serviceKeys } from "../keys/host";
import { shareKeys } from "../keys/share";
import type { Key } from "../keys/key";
import type { ServiceConfig, ShareConfig, TargetConfig } from "../model";
import { isWithin } from "../rules/places";
import type { Context } from "./context";
import type { Reader } from "./reader";

/** Fixed, as the ports of Grid Engine are: nothing outside a host sees it. */
const TUNNEL_PORT = 20490;

/** Decodes `antares:share` and `antares:service`, which must not lie in each other. */
export function decodePlaces(
  context: Context,
  target: TargetConfig["kind"],
): {
  readonly share: ShareConfig;
  readonly service: ServiceConfig;
} {
  const shareReader = context.reader("share");
  const serviceReader = context.reader("service");
  const share = decodeShare(shareReader, target);
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

function decodeShare(reader: Reader, target: TargetConfig["kind"]): ShareConfig {
  const path = reader.value(shareKeys.path);
  const kind = decodeKind(reader, target);
  const { server, export: exported, options, fileSystem, encryptInTransit } = shareKeys;
  // A refused kind says nothing about what belongs to it.
  const forbid = (rows: readonly Key<unknown>[]): void => {
    if (reader.sound(shareKeys.kind)) reader.forbid(rows);
  };
  if (kind !== "efs") forbid([fileSystem, encryptInTransit]);
  switch (kind) {
    case "nfs": {
      const from = { server: reader.required(server), export: reader.required(exported) };
      return { path, kind, ...from, options: reader.value(options) };
    }
    case "efs":
      forbid([server, exported]);
      return decodeFileSystem(reader, path);
    case "exported":
      forbid([server, exported]);
      return { path, kind, options: reader.value(options) };
    case "directory":
    case "path":
      forbid([server, exported, options]);
      return { path, kind };
  }
}

function decodeFileSystem(reader: Reader, path: string): ShareConfig {
  const fileSystem = reader.optional(shareKeys.fileSystem);
  return {
    path,
    kind: "efs",
    options: reader.value(shareKeys.options),
    ...(reader.value(shareKeys.encryptInTransit) && { tunnelPort: TUNNEL_PORT }),
    ...(fileSystem !== undefined && { fileSystem }),
  };
}

function decodeKind(reader: Reader, target: TargetConfig["kind"]): ShareConfig["kind"] {
  if (target === "aws") {
    const kind = reader.optional(shareKeys.kind) ?? "efs";
    if (kind !== "efs" && reader.sound(shareKeys.kind)) {
      reader.refuse(shareKeys.kind, "efs, because target is aws");
    }
    return kind;
  }
  if (target === "hosts") {
    const kind = reader.required(shareKeys.kind);
    if (kind !== "directory" && kind !== "efs") return kind;
    reader.refuse(shareKeys.kind, "nfs, path or exported: the hosts must see one directory");
    return kind;
  }
  const kind = reader.optional(shareKeys.kind) ?? "directory";
  if (kind === "efs" && reader.sound(shareKeys.kind)) {
    reader.refuse(shareKeys.kind, "directory, nfs or path: efs is of the target aws");
  }
  if (kind === "exported" && reader.sound(shareKeys.kind)) {
    reader.refuse(shareKeys.kind, "directory, nfs or path: one machine has nobody to export to");
  }
  return kind;
}
