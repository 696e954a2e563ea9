import { gzipSync, strToU8 } from "fflate";

/**
 * Shell text that unpacks another shell text and runs it. The state keeps every input of a command
 * twice, and of a step that each node has, it keeps one for each node: packed, that is a third.
 */
export function packed(text: string): string {
  const words = gzipped(withoutComments(text));
  return `set -euo pipefail\nANTARES_TEXT=$(base64 -d <<<'${words}' | gzip -d)\neval "$ANTARES_TEXT"`;
}

/**
 * The text packed, as base64. Node's own zlib answers other bytes from version to version, which would
 * look like a change.
 */
export function gzipped(text: string): string {
  return Buffer.from(gzipSync(strToU8(text), { level: 9, mtime: 0 })).toString("base64");
}

/** Without empty lines and lines of comment; for text that has neither inside of values. */
function withoutComments(text: string): string {
  return text.replace(/^[ \t]*(#.*)?\n/gm, "");
}
