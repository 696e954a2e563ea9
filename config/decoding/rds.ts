import { posix } from "node:path";
import { databaseKeys as keys } from "../keys/database";
import { shareKeys } from "../keys/share";
import type { RdsConfig } from "../model";
import type { Context } from "./context";

const PORT = 5432;

/** What only a server of Amazon's service has. */
export const rdsOnly = [
  keys.class,
  keys.major,
  keys.storageGib,
  keys.maxStorageGib,
  keys.multiAz,
  keys.backupDays,
];

/** Decodes a server that is made on AWS; its certificates lie with the settings on the share. */
export function decodeRds(context: Context): RdsConfig {
  const reader = context.reader("database");
  const share = context.reader("share").value(shareKeys.path);
  const server = {
    kind: "rds",
    port: PORT,
    sslmode: "verify-full",
    caFile: posix.join(share, "settings", "database-ca.pem"),
    class: reader.value(keys.class),
    major: reader.value(keys.major),
    storageGib: reader.value(keys.storageGib),
    maxStorageGib: reader.value(keys.maxStorageGib),
    multiAz: reader.value(keys.multiAz),
    backupDays: reader.value(keys.backupDays),
  } as const;
  reader.forbid([keys.port]);
  // AWS refuses a limit that the storage reaches with its first step.
  const least = server.storageGib + Math.ceil(server.storageGib / 10);
  const isSound = reader.sound(keys.storageGib, keys.maxStorageGib);
  if (isSound && server.maxStorageGib < least) {
    reader.refuse(keys.maxStorageGib, `at least ${least}: a tenth above database.storageGib`);
  }
  return server;
}
