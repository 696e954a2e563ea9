import { posix } from "node:path";
import type { SoftwareConfig } from "../model";
import { hasCredentials, isPlainPath, isWebAddress } from "./places";
import { text, type Rule } from "./rule";

type Source = SoftwareConfig["source"];

/** Where antares3 comes from: pinned by a full commit, or a file or directory of the operator's. */
export const softwareSource: Rule<Source> = text<Source>({
  expected:
    "git+https://HOST/PATH.git@COMMIT with all 40 digits of the commit (a branch or tag can move), " +
    "or the absolute path of a wheel (madmex-….whl) or of a directory with the sources",
  parse: (given) => gitSource(given) ?? fileSource(given),
  conceals: hasCredentials,
});

function gitSource(given: string): Source | undefined {
  const [, url, commit] = /^git\+(.+)@([0-9a-fA-F]{40})$/.exec(given) ?? [];
  if (url === undefined || commit === undefined) return undefined;
  const onDisk = url.startsWith("file://") && isPlainPath(url.slice("file://".length));
  if (!onDisk && !isWebAddress(url)) return undefined;
  return { kind: "git", url, commit: commit.toLowerCase() };
}

function fileSource(given: string): Source | undefined {
  if (!isPlainPath(given) || given === "/") return undefined;
  if (!given.endsWith(".whl")) return { kind: "directory", path: given };
  // The distribution's name leads a wheel's file name; `antares` on the package index is other software.
  return /^madmex(-[^-]+){4,5}\.whl$/.test(posix.basename(given))
    ? { kind: "wheel", path: given }
    : undefined;
}

/** Python interpreter on the hosts. */
export const interpreter: Rule<string> = text({
  expected: "a command such as python3.11, or its absolute path",
  parse: (given) => {
    if (given.startsWith("/")) return isPlainPath(given) && given !== "/" ? given : undefined;
    return /^python3(\.\d{1,2})?$/.test(given) ? given : undefined;
  },
});

/** A released version. */
export const release: Rule<string> = text({
  expected: "a release such as 1.8.6, in quotes where YAML would read it as a number",
  parse: (given) => (/^\d{1,4}\.\d{1,4}(\.\d{1,4})?$/.test(given) ? given : undefined),
});
