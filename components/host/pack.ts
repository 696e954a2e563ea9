import { gzipSync, strToU8 } from "fflate";

/**
 * Shell text that unpacks another shell text and runs it. The state keeps every input of a command
 * twice, and of a step that each node has, it keeps one for each node: packed, that is a third.
 * Node's own zlib answers other bytes from version to version, which would look like a change.
 */
export function packed(text: string): string {
  const bytes = gzipSync(strToU8(withoutComments(text)), { level: 9, mtime: 0 });
  const words = Buffer.from(bytes).toString("base64");
  return `set -euo pipefail\nANTARES_TEXT=$(base64 -d <<<'${words}' | gzip -d)\neval "$ANTARES_TEXT"`;
}

/** Without empty lines and lines of comment; for text that has neither inside of values. */
function withoutComments(text: string): string {
  return text.replace(/^[ \t]*(#.*)?\n/gm, "");
}
