import { createHash, randomUUID } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "../lock";
import { self } from "./process";
import type { Storage } from "./storage";

/** One layer of a host's disk, never changed once it exists. A disk is a list of them, base first. */
export interface Image {
  /** Digest of the recipe and of the images below it. */
  readonly digest: string;
  /** Folder of the layer's files, as overlayfs reads it. */
  readonly tree: string;
}

/** What identifies a layer: with the same recipe on the same images it is not made again. */
export interface Recipe {
  /** Letters, digits and dashes. */
  readonly name: string;
  /** Everything that decides about the content: script, package list, versions. */
  readonly text: string;
  /** Base first. */
  readonly below: readonly Image[];
}

/** The layer as it would be called, whether it exists or not. */
export function plannedImage(storage: Storage, recipe: Recipe): Image {
  if (!/^[a-z0-9-]+$/.test(recipe.name)) throw new Error(`not a name of an image: ${recipe.name}`);
  const digest = createHash("sha256")
    .update(JSON.stringify([recipe.text, recipe.below.map((image) => image.digest)]))
    .digest("hex");
  const folder = join(storage.images, `${recipe.name}-${digest.slice(0, 16)}`);
  return { digest, tree: join(folder, "tree") };
}

/** The layer if it was made before. Marks it as used. */
function cachedImage(storage: Storage, recipe: Recipe): Image | undefined {
  const image = plannedImage(storage, recipe);
  if (!existsSync(image.tree)) return undefined;
  const now = new Date();
  utimesSync(join(image.tree, ".."), now, now);
  return image;
}

/**
 * The layer from the cache, else from `make`, which fills `tree/` of the folder that it is given.
 * Others who want the same layer meanwhile wait for it; a broken attempt leaves no layer.
 */
export async function ensureImage(
  storage: Storage,
  recipe: Recipe,
  make: (folder: string) => Promise<void>,
): Promise<Image> {
  const ready = cachedImage(storage, recipe);
  if (ready !== undefined) return ready;
  const image = plannedImage(storage, recipe);
  return withLock(`${join(image.tree, "..")}.lock`, async () => {
    const meanwhile = cachedImage(storage, recipe);
    if (meanwhile !== undefined) return meanwhile;
    const folder = newWorkFolder(storage);
    try {
      await make(folder);
      return publish(folder, image);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

/**
 * Moves `folder`, which holds a complete `tree/`, to the image's place. Where somebody else put the
 * same layer there meanwhile, theirs stays and `folder` is dropped.
 */
export function publish(folder: string, image: Image): Image {
  for (const scratch of ["work", "root", "policy-rc.d", "sources.list"]) {
    rmSync(join(folder, scratch), { recursive: true, force: true });
  }
  chmodSync(join(folder, "tree"), 0o755);
  try {
    renameSync(folder, join(image.tree, ".."));
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    if (!existsSync(image.tree)) throw error;
  }
  return image;
}

/** A folder beside the images whose name tells {@link workFolderOwner} who works in it. */
export function newWorkFolder(storage: Storage): string {
  const { pid, startTime } = self();
  const folder = join(storage.images, `.work.${pid}.${startTime}.${randomUUID()}`);
  mkdirSync(join(folder, "tree"), { recursive: true });
  return folder;
}

/** Who works in a folder of that name; undefined when it is not a work folder. */
export function workFolderOwner(name: string): { pid: number; startTime: string } | undefined {
  const [, pid, startTime] = /^\.work\.(\d+)\.(\d+)\./.exec(name) ?? [];
  if (pid === undefined || startTime === undefined) return undefined;
  return { pid: Number(pid), startTime };
}

/** `lowerdir=` of overlayfs: topmost first. */
export function lowerDirectories(images: readonly Image[]): string {
  if (images.length === 0) throw new Error("a disk needs at least one image");
  return images
    .map((image) => image.tree)
    .reverse()
    .join(":");
}

/** Removes a layer. Nothing may use it. */
export function removeImage(image: Image): void {
  rmSync(join(image.tree, ".."), { recursive: true, force: true });
  rmSync(`${join(image.tree, "..")}.lock`, { force: true });
}
