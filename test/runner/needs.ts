import {
  ensureDebianPackages,
  findCommand,
  isDebian12,
  rehearsalPackages,
} from "../../rehearsal/debianPackages";
import { missingForEngine } from "../../rehearsal/engine/engine";
import type { Need } from "../suites";

/** A need that is not met: what is missing, and how to get it. */
export interface Lack {
  readonly need: Need;
  readonly message: string;
}

/**
 * Checks needs, installing Debian packages where that is possible. Every check that takes no time
 * comes before the installation, so that a missing prerequisite is named at once.
 */
export async function findLacks(
  needs: ReadonlySet<Need>,
  log: (line: string) => void,
): Promise<readonly Lack[]> {
  const quick = (["root", "debian12", "engine"] as const).filter((need) => needs.has(need));
  const lacks: Lack[] = [];
  const note = (need: Need, message: string | undefined): void => {
    if (message === undefined) return;
    lacks.push({ need, message });
    log(`missing: ${message}`);
  };
  for (const need of quick) note(need, await checks[need]());
  const wanted = (["shellcheck", "packages"] as const).filter((need) => needs.has(need));
  for (const need of wanted) {
    const names = need === "shellcheck" ? ["shellcheck"] : [...rehearsalPackages, "libfaketime"];
    note(need, await installed(names, log));
  }
  return lacks;
}

const checks: Record<"root" | "debian12" | "engine", () => Promise<string | undefined>> = {
  root: () => answer(process.geteuid?.() === 0, "root rights (hosts, mounts, PostgreSQL)"),
  debian12: () => answer(isDebian12(), "Debian 12 (bookworm)"),
  engine: () => missingForEngine(),
};

const answer = (there: boolean, message: string): Promise<string | undefined> =>
  Promise.resolve(there ? undefined : message);

async function installed(
  packages: readonly string[],
  log: (line: string) => void,
): Promise<string | undefined> {
  if (packages.length === 1 && findCommand(packages[0] ?? "") !== undefined) return undefined;
  try {
    await ensureDebianPackages(packages, { log });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
