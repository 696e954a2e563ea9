import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One archive of this machine's apt configuration. */
export interface AptSource {
  readonly uri: string;
  readonly suite: string;
}

/** Where Debian's own two archives come from on this machine. */
export interface DebianUpstreams {
  /** Archive with the release and its updates, without a trailing slash. */
  readonly debian: string;
  readonly security: string | undefined;
}

/**
 * The Debian archives in `etcApt` for the release `codename`. Other vendors' archives are left out:
 * they do not have a suite of that name below a path that ends in `/debian`.
 * Throws when there is none.
 */
export function debianUpstreams(codename: string, etcApt = "/etc/apt"): DebianUpstreams {
  const sources = readAptSources(etcApt);
  const find = (suite: string, path: RegExp): string | undefined =>
    sources.find((s) => s.suite === suite && path.test(s.uri))?.uri.replace(/\/+$/, "");
  const debian = find(codename, /\/debian\/*$/);
  if (debian === undefined) {
    throw new Error(`${etcApt} names no archive for Debian ${codename}: add one to sources.list`);
  }
  return { debian, security: find(`${codename}-security`, /\/debian-security\/*$/) };
}

/** Every enabled binary source in `sources.list` and `sources.list.d`, both formats. */
function readAptSources(etcApt = "/etc/apt"): AptSource[] {
  const parts = join(etcApt, "sources.list.d");
  const files = [
    join(etcApt, "sources.list"),
    ...(existsSync(parts)
      ? readdirSync(parts)
          .sort()
          .map((name) => join(parts, name))
      : []),
  ].filter((file) => existsSync(file));
  const found = files.flatMap((file) => {
    const text = readFileSync(file, "utf8");
    if (file.endsWith(".sources")) return parseStanzas(text);
    return file.endsWith(".list") ? parseLines(text) : [];
  });
  return found.map((source) => ({ ...source, uri: resolveMirrorList(source.uri) }));
}

/** The one-line format: `deb [options] URI SUITE COMPONENT…`; which components does not matter. */
export function parseLines(text: string): AptSource[] {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)/.exec(line);
    const [, uri, suite] = match ?? [];
    if (uri === undefined || suite === undefined) return [];
    return [{ uri, suite }];
  });
}

/** The stanza format (deb822), as Debian 12 and its images use it. */
export function parseStanzas(text: string): AptSource[] {
  const withoutComments = text
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .join("\n");
  return withoutComments.split(/\n\s*\n/).flatMap((stanza) => {
    const field = (name: string): string[] =>
      words(new RegExp(`^${name}:((?:.*\\n?)(?:[ \\t].*\\n?)*)`, "im").exec(stanza)?.[1]);
    if (field("Enabled")[0] === "no" || !field("Types").includes("deb")) return [];
    return field("URIs").flatMap((uri) => field("Suites").map((suite) => ({ uri, suite })));
  });
}

/** Debian's cloud images name a file with a list of mirrors; its first entry stands for it. */
function resolveMirrorList(uri: string): string {
  const list = /^mirror\+file:(?:\/\/)?(\/.*)$/.exec(uri)?.[1];
  if (list === undefined || !existsSync(list)) return uri;
  const first = readFileSync(list, "utf8")
    .split("\n")
    .find((line) => /^https?:/.test(line));
  return first === undefined ? uri : (words(first)[0] ?? uri);
}

function words(text: string | undefined): string[] {
  return (text ?? "").split(/\s+/).filter((word) => word !== "");
}
