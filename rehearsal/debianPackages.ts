import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { lastLines, runCommand, type Finished } from "./engine/process";
import { findCommand } from "./findCommand";

/** What the rehearsal and the tests use of Debian 12, beyond Node and Go. */
export const rehearsalPackages: readonly string[] = [
  "mmdebstrap",
  "shellcheck",
  "tini",
  "openssh-server",
  "openssh-client",
  "iproute2",
  "util-linux",
  "postgresql-15",
  "postgresql-15-postgis-3",
  "libgdal-dev",
  "g++",
  "python3-dev",
  "python3-venv",
  "procps",
  "stunnel4",
  "zstd",
  "sudo",
];

/** Missing Debian packages that could not be installed; the message names them and the command. */
export class MissingPackages extends Error {
  constructor(
    readonly packages: readonly string[],
    reason: string,
  ) {
    super(`Debian packages missing (${reason}); run: ${installLine(packages)}`);
    this.name = "MissingPackages";
  }
}

/** Seam to the machine, so that tests need no apt. */
export interface PackageMachine {
  readonly isRoot: boolean;
  readonly isDebian12: boolean;
  run(command: string, args: readonly string[], minutes: number): Promise<Finished>;
}

/**
 * Makes sure that Debian packages are installed. As root on Debian 12 it installs what is missing,
 * and says so; elsewhere, or when apt fails, it throws `MissingPackages`. Installing starts no
 * service and makes no database cluster. Bounded to 20 minutes.
 */
export async function ensureDebianPackages(
  packages: readonly string[],
  options: { readonly log: (line: string) => void; readonly machine?: PackageMachine },
): Promise<void> {
  const machine = options.machine ?? thisMachine();
  const missing = await missingPackages(packages, machine);
  if (missing.length === 0) return;
  if (!machine.isDebian12) throw new MissingPackages(missing, "this is not Debian 12");
  if (!machine.isRoot) throw new MissingPackages(missing, "only root can install them");
  options.log(`installing Debian packages: ${missing.join(" ")}`);
  await install(missing, machine);
  const still = await missingPackages(packages, machine);
  if (still.length > 0) throw new MissingPackages(still, "apt-get left them out");
}

/** The packages of a list that are not installed; all of them where there is no dpkg. */
export async function missingPackages(
  packages: readonly string[],
  machine: PackageMachine = thisMachine(),
): Promise<readonly string[]> {
  const format = "${db:Status-Status} ${Package}\\n";
  const found = await machine.run("dpkg-query", ["-W", "-f", format, ...packages], 1);
  const installed = new Set(
    found.stdout
      .split("\n")
      .filter((line) => line.startsWith("installed "))
      .map((line) => line.slice("installed ".length)),
  );
  return packages.filter((name) => !installed.has(name));
}

/** The command by which a person installs packages. */
function installLine(packages: readonly string[]): string {
  return `apt-get update && apt-get install -y --no-install-recommends ${packages.join(" ")}`;
}

async function install(missing: readonly string[], machine: PackageMachine): Promise<void> {
  const restore = keepQuiet();
  try {
    const lock = ["-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"];
    const updated = await machine.run("apt-get", [...lock, "-q", "update"], 5);
    // Old lists often still do: only the installation decides.
    const args = [...lock, "-q", "-y", "--no-install-recommends", "install", ...missing];
    const installed = await machine.run("apt-get", args, 15);
    if (installed.code === 0) return;
    const said = [...(updated.code === 0 ? [] : [lastLines(updated, 5)]), lastLines(installed)];
    throw new MissingPackages(missing, `apt-get failed:\n${said.join("\n")}\n`);
  } finally {
    restore();
  }
}

/** Where Debian decides about services and clusters during an installation. */
const policy = "/usr/sbin/policy-rc.d";
const clusterDefaults = "/etc/postgresql-common/createcluster.conf";
const vendorDefaults = "/usr/share/postgresql-common/createcluster.conf";

/**
 * While packages are installed no service starts and no cluster `main` is made. Files that were
 * there before are left alone; ours go away again, so that later installations behave as usual.
 */
function keepQuiet(): () => void {
  const undo: (() => void)[] = [];
  if (!existsSync(policy)) {
    writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
    undo.push(() => rmSync(policy, { force: true }));
  }
  if (!existsSync(clusterDefaults)) {
    mkdirSync(dirname(clusterDefaults), { recursive: true });
    writeFileSync(clusterDefaults, "create_main_cluster = false\n");
    undo.push(() => {
      if (existsSync(vendorDefaults)) copyFileSync(vendorDefaults, clusterDefaults);
      else rmSync(clusterDefaults, { force: true });
    });
  }
  return () => undo.forEach((step) => step());
}

/** Whether this machine is Debian 12, by its own os-release. */
export function isDebian12(): boolean {
  const file = "/etc/os-release";
  if (!existsSync(file)) return false;
  const text = readFileSync(file, "utf8");
  return /^ID="?debian"?$/m.test(text) && /^VERSION_ID="?12"?$/m.test(text);
}

function thisMachine(): PackageMachine {
  return {
    isRoot: process.geteuid?.() === 0,
    isDebian12: isDebian12(),
    run: async (command, args, minutes) => {
      if (findCommand(command) === undefined) {
        return { code: 127, stdout: "", stderr: `no ${command}`, seconds: 0, ended: undefined };
      }
      const env = {
        ...process.env,
        LC_ALL: "C.UTF-8",
        DEBIAN_FRONTEND: "noninteractive",
        UCF_FORCE_CONFFOLD: "1",
      };
      return runCommand({ command, args, env, limitSeconds: minutes * 60 });
    },
  };
}
