import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { cacheDir } from "../cache";

/** An environment variable's value; set but empty counts as not set. */
export function given(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

/** Twelve hex digits that change with any of the texts, or with where one ends. */
export function digest(...texts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${String(text.length)}:${text}`);
  return hash.digest("hex").slice(0, 12);
}

/** Folders of the rehearsal's own Pulumi, which never touches the user's. */
export interface RehearsalPlaces {
  /** `PULUMI_HOME`: plugins, credentials, history. */
  readonly home: string;
  /** `PULUMI_BACKEND_URL`, a folder of files. */
  readonly backend: string;
  /** Passphrase of the rehearsal's stacks, mode 0600. */
  readonly passphraseFile: string;
}

export function rehearsalPlaces(folder: string = cacheDir()): RehearsalPlaces {
  const pulumi = join(folder, "pulumi");
  return {
    home: join(pulumi, "home"),
    backend: `file://${join(pulumi, "state")}`,
    passphraseFile: join(pulumi, "passphrase"),
  };
}

/**
 * Fills a folder beside its final place and renames it there, so that an interrupted run leaves
 * nothing that the next one would trust. Of two that finish at once, the first one's stays.
 */
export async function publishFolder(
  place: string,
  fill: (draft: string) => Promise<void>,
): Promise<void> {
  const suffix = `${String(process.pid)}-${randomBytes(4).toString("hex")}`;
  const draft = join(dirname(place), `.${basename(place)}.${suffix}`);
  mkdirSync(draft, { recursive: true });
  try {
    await fill(draft);
    renameSync(draft, place);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Removes what killed runs left of `publishFolder`; only for the owner of the place's lock. */
export function sweepDrafts(place: string): void {
  const parent = dirname(place);
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(`.${basename(place)}.`)) continue;
    rmSync(join(parent, name), { recursive: true, force: true });
  }
}

/** A file's text; undefined when it cannot be read. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
