import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import { shellQuote } from "../../providers/shell/quote";
import { packed } from "./pack";

/** A script as text: what runs on a host, still without its values. */
export interface ScriptSource {
  /** Paths of `.sh` files from the project's root, in the order in which they are read. */
  readonly parts: readonly string[];
  /** Files that the script needs beside it: name on the host → path from the project's root. */
  readonly assets?: Readonly<Record<string, string>>;
  /** Whether the text travels packed; for steps that every node has. */
  readonly packed?: boolean;
}

/** What the frame of every script says of itself. */
export interface Frame {
  readonly phase: string;
  readonly host: string;
  /** Command to show when the script fails. */
  readonly next: string;
  /** Time limit as `timeout` reads it, for example `25m`. */
  readonly limit: string;
  /** Of a script that may run beside others of its host: what it has a lock of its own for. */
  readonly lane?: string;
}

/** A script with everything it needs to run. */
export interface Script {
  readonly source: ScriptSource;
  readonly frame: Frame;
  readonly values: Readonly<Record<string, string>>;
  /** Names of the values that no report may show. */
  readonly secretNames?: readonly string[];
}

const FRAME = "components/host/scripts/lib.sh";

/** For all but packed scripts, which have no secrets and no files beside them. */
export const TOOLS = "components/host/scripts/tools.sh";

function frameOf({ packed: isPacked, assets }: ScriptSource): readonly string[] {
  if (!isPacked) return [FRAME, TOOLS];
  if (assets !== undefined) throw new Error("a packed script has no files beside it");
  return [FRAME];
}

/** `NAME='value'` lines, names sorted so that the text depends on the values alone. */
export function renderValues(values: Readonly<Record<string, string>>): string {
  return Object.keys(values)
    .sort()
    .map((name) => {
      if (!/^[A-Z][A-Z0-9_]*$/.test(name)) throw new Error(`not a variable's name: ${name}`);
      return `${name}=${shellQuote(values[name] ?? "")}\n`;
    })
    .join("");
}

/** Text of script files, one after another, without their first lines (`#!`). */
export function readParts(parts: readonly string[]): string {
  return parts.map((part) => read(part).replace(/^#!.*\n/, "")).join("\n");
}

/**
 * The whole text for `bash -s`. It is one compound command with its own stdin: bash reads it to the
 * end before it runs anything, so text that was cut off on its way runs nothing at all, and no
 * program inside can swallow the rest of the script.
 */
export function renderScript({ source, frame, values, secretNames = [] }: Script): string {
  const assets = Object.entries(source.assets ?? {});
  const variable = (index: number): string => `ANTARES_ASSET_${index}`;
  const prelude = renderValues({
    ...values,
    ...Object.fromEntries(assets.map(([, path], i) => [variable(i), read(path)])),
    ANTARES_PHASE: frame.phase,
    ANTARES_HOST: frame.host,
    ANTARES_NEXT: frame.next,
    ANTARES_LIMIT: frame.limit,
    ...(frame.lane === undefined ? {} : { ANTARES_LANE: frame.lane }),
    ANTARES_SECRETS: [...secretNames].sort().join(" "),
  });
  const placed = assets.map(([name], i) => `asset ${shellQuote(name)} ${variable(i)}\n`).join("");
  const text = `${readParts(frameOf(source))}\nbegin\n${placed}${readParts(source.parts)}`;
  return `{\n${prelude}${source.packed ? packed(text) : text}\nexit 0\n} </dev/null\n`;
}

/** sha256 over everything of a script but its values. */
export function scriptDigest(source: ScriptSource): string {
  const hash = createHash("sha256");
  for (const path of [...frameOf(source), ...source.parts]) hash.update(`${path}\0${read(path)}\0`);
  for (const [name, path] of Object.entries(source.assets ?? {})) {
    hash.update(`${name}\0${path}\0${read(path)}\0`);
  }
  return hash.digest("hex").slice(0, 16);
}

/**
 * Digest of a script's values, for a trigger that is kept in clear: keyed, because a bare hash of a
 * short secret can be guessed.
 */
export function valuesDigest(key: string, values: Readonly<Record<string, string>>): string {
  return createHmac("sha256", key).update(renderValues(values)).digest("hex").slice(0, 16);
}

function read(path: string): string {
  return readFileSync(join(projectRoot, path), "utf8");
}
