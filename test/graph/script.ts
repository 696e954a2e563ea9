import { gunzipSync } from "node:zlib";

/** What travels to a host on standard input, taken apart again. */
export interface ReadScript {
  /** The script's own values, without those of the frame and without assets. */
  readonly values: Readonly<Record<string, string>>;
  /** Values of the frame: phase, host, next command, limit, names of secrets. */
  readonly frame: Readonly<Record<string, string>>;
  /** Name on the host → text. */
  readonly assets: Readonly<Record<string, string>>;
  /** Everything behind the values. */
  readonly text: string;
}

/** @throws Error where the text is not of the form that `bash -s` is given. */
export function readScript(stdin: string): ReadScript {
  const opening = "{\n";
  if (!stdin.startsWith(opening) || !stdin.endsWith("\nexit 0\n} </dev/null\n")) {
    throw new Error(`no whole script: ${stdin.slice(0, 80)}…`);
  }
  const { values: all, text } = readValues(stdin.slice(opening.length));
  const placed = [...text.matchAll(/^asset '([^']+)' (ANTARES_ASSET_\d+)$/gm)];
  const assets = placed.map(([, name = "", variable = ""]) => [name, all[variable] ?? ""] as const);
  const isFrame = (name: string): boolean =>
    /^ANTARES_(PHASE|HOST|NEXT|LIMIT|LANE|SECRETS)$/.test(name);
  const entries = Object.entries(all).filter(([name]) => !name.startsWith("ANTARES_ASSET_"));
  return {
    values: Object.fromEntries(entries.filter(([name]) => !isFrame(name))),
    frame: Object.fromEntries(entries.filter(([name]) => isFrame(name))),
    assets: Object.fromEntries(assets),
    text: unpacked(text) ?? text,
  };
}

/** The `NAME='value'` lines at the beginning of a text, and what is behind them. */
export function readValues(script: string): {
  readonly values: Readonly<Record<string, string>>;
  readonly text: string;
} {
  // A quoted value: runs without a quote, joined by quotes that left the quoting.
  const assignment = /([A-Z][A-Z0-9_]*)='((?:[^']+|'\\'')*)'\n/y;
  const values: Record<string, string> = {};
  let end = 0;
  for (let found = assignment.exec(script); found !== null; found = assignment.exec(script)) {
    const [, name = "", quoted = ""] = found;
    values[name] = quoted.replaceAll(`'\\''`, "'");
    end = assignment.lastIndex;
  }
  return { values, text: script.slice(end) };
}

/** The text that was packed; undefined for text that is none. */
function unpacked(text: string): string | undefined {
  const [, words] = /^ANTARES_TEXT=\$\(base64 -d <<<'([^']*)' \| gzip -d\)$/m.exec(text) ?? [];
  return words === undefined ? undefined : gunzipSync(Buffer.from(words, "base64")).toString();
}
