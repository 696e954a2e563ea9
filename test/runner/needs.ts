import {
  ensureDebianPackages,
  isDebian12,
  rehearsalPackages,
} from "../../rehearsal/debianPackages";
import { missingForEngine } from "../../rehearsal/engine/engine";
import { runCommand } from "../../rehearsal/engine/process";
import { findCommand } from "../../rehearsal/findCommand";
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
  for (const need of ["shellcheck", "python", "packages"] as const) {
    if (needs.has(need)) note(need, await installed(installable[need], log));
  }
  return lacks;
}

/** A need that Debian packages meet. */
interface Installable {
  readonly packages: readonly string[];
  /** Whether what is on PATH will do, wherever it comes from; dpkg alone knows where this is absent. */
  isThere?(): Promise<boolean>;
}

const installable: Record<"shellcheck" | "python" | "packages", Installable> = {
  shellcheck: {
    packages: ["shellcheck"],
    isThere: () => Promise.resolve(findCommand("shellcheck") !== undefined),
  },
  // What the lock of the linter asks for, and able to make an environment with pip.
  python: {
    packages: ["python3", "python3-venv"],
    isThere: () =>
      succeeds("python3", ["-c", "import ensurepip, sys; sys.exit(sys.version_info < (3, 11))"]),
  },
  packages: { packages: [...rehearsalPackages, "libfaketime"] },
};

async function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  if (findCommand(command) === undefined) return false;
  const done = await runCommand({ command, args, env: process.env, limitSeconds: 20 });
  return done.code === 0;
}

const checks: Record<"root" | "debian12" | "engine", () => Promise<string | undefined>> = {
  root: () => answer(process.geteuid?.() === 0, "root rights (hosts, mounts, PostgreSQL)"),
  debian12: () => answer(isDebian12(), "Debian 12 (bookworm)"),
  engine: () => missingForEngine(),
};

const answer = (there: boolean, message: string): Promise<string | undefined> =>
  Promise.resolve(there ? undefined : message);

async function installed(
  { packages, isThere }: Installable,
  log: (line: string) => void,
): Promise<string | undefined> {
  if (await isThere?.()) return undefined;
  try {
    await ensureDebianPackages(packages, { log });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const hidden = (await isThere?.()) === false;
  return hidden ? `${packages.join(", ")}: something older comes first on PATH` : undefined;
}
