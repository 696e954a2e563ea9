import { readFileSync } from "node:fs";
import { join } from "node:path";

/** `entry.json` of one cached thing. */
export interface Entry {
  readonly url: string;
  readonly contentType: string;
  readonly size: number;
  /** File beside the entry. The entry names it, so both change in one step. */
  readonly body: string;
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

/** The entry in `folder`; undefined where there is none or it cannot be read. */
export function readEntry(folder: string): Entry | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, "entry.json"), "utf8")) as Entry;
  } catch {
    return undefined;
  }
}

/** Headers that let a registry answer "unchanged". */
export function conditions(entry: Entry | undefined): Record<string, string> {
  if (entry?.etag !== undefined) return { "if-none-match": entry.etag };
  if (entry?.lastModified !== undefined) return { "if-modified-since": entry.lastModified };
  return {};
}
