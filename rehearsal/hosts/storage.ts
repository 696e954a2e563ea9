import { chmodSync, mkdirSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { cacheDir } from "../cache";

const OVERLAYFS = 0x794c7630;
const MOUNT_OPTION_SEPARATORS = /[,:\\]/;

/** Where images and the disks of throw-away hosts lie; both on one file system. */
export interface Storage {
  readonly images: string;
  readonly runs: string;
}

/**
 * The storage below `cache`. An overlay cannot be the writable layer of another overlay: where the
 * cache is on one (a container), memory takes its place.
 */
export function openStorage(cache: string = cacheDir()): Storage {
  mkdirSync(cache, { recursive: true });
  const onOverlay = statfsSync(cache).type === OVERLAYFS;
  const root = onOverlay ? "/dev/shm/antares3-deployment" : join(cache, "hosts");
  if (MOUNT_OPTION_SEPARATORS.test(root)) {
    throw new Error(`${root}: a cache folder's name must not hold a comma, colon or backslash`);
  }
  const storage = { images: join(root, "images"), runs: join(root, "runs") };
  mkdirSync(storage.images, { recursive: true });
  mkdirSync(storage.runs, { recursive: true });
  // Disks and keys of the hosts are nobody else's business on a shared machine.
  chmodSync(storage.runs, 0o700);
  return storage;
}
