import { setTimeout as sleep } from "node:timers/promises";
import { connectSsh, type SshConnection } from "../ssh/client";
import { SshRefused, SshUnreachable } from "../ssh/errors";
import { execOn, type ExecResult } from "../ssh/exec";
import type { SshTarget } from "../ssh/target";
import { runLocally } from "./local";
import { clockFaults } from "./clock";
import { parsePreflight, preflightScript, type HostNeeds, type PreflightReport } from "./preflight";

export interface HostCall {
  /** The host's name in the configuration, for messages. */
  readonly name: string;
  /** Absent: this machine itself. */
  readonly ssh?: SshTarget;
  /** Absent: the host is only reached, nothing is run on it. */
  readonly needs?: HostNeeds;
}

/** The report, with the key that the host proved (empty for this machine itself). */
export interface HostReport extends PreflightReport {
  readonly hostKey: string;
}

/**
 * Waits until the host lets us in, then lets it look at itself.
 *
 * @throws Error with all faults of the host; SshUnreachable after `waitMs`; SshRefused and
 *   HostKeyMismatch as `connectSsh`.
 */
export async function checkHost(call: HostCall & { readonly waitMs: number }): Promise<HostReport> {
  const report = await examine({ ...call, mode: "check" });
  if (report.faults.length > 0) {
    const list = report.faults.map((fault) => `\n  - host ${call.name} ${fault}`).join("");
    throw new Error(`host ${call.name} is not ready:${list}`);
  }
  if (call.needs && report.facts.identity === "")
    throw new Error(`host ${call.name} has no identity`);
  return report;
}

/** Who the host is now; changes nothing there, waits for nothing. */
export function readHost(call: HostCall): Promise<HostReport> {
  return examine({ ...call, mode: "read", waitMs: 0 });
}

/**
 * Waits until the host lets us in; runs nothing there.
 *
 * @throws as {@link checkHost}, but for faults of the host.
 */
export async function reachHost(ssh: SshTarget, waitMs: number): Promise<void> {
  (await connectWithin(ssh, waitMs)).close();
}

const scriptLimitMs = 90_000;

/** What is known of a host on which nothing was run. */
const nothing: PreflightReport = {
  facts: { identity: "", fqdn: "", distribution: "", python: "" },
  faults: [],
  warnings: [],
};

interface Examine extends HostCall {
  readonly mode: "check" | "read";
  readonly waitMs: number;
}

async function examine({ mode, name, ssh, needs, waitMs }: Examine): Promise<HostReport> {
  const script = needs === undefined ? undefined : preflightScript(mode, needs);
  if (ssh === undefined) {
    if (script === undefined) return { ...nothing, hostKey: "" };
    const result = await runLocally({ script, timeoutMs: scriptLimitMs });
    return { ...understood(name, result), hostKey: "" };
  }
  const connection = await connectWithin(ssh, waitMs);
  try {
    if (script === undefined) return { ...nothing, hostKey: connection.hostKey };
    const result = await execOn({
      ...{ connection, target: ssh, command: asRoot, stdin: script },
      timeoutMs: scriptLimitMs,
    });
    const report = understood(name, result);
    const clock = mode === "check" ? await clockFaults(connection, ssh) : [];
    return {
      ...{ ...report, faults: [...report.faults, ...clock] },
      hostKey: connection.hostKey,
    };
  } finally {
    connection.close();
  }
}

/**
 * Without a right to sudo the script still runs, and reports that among the other faults. `sh -c`
 * because the login shell may be no POSIX shell.
 */
const asRoot =
  `sh -c 'if [ "$(id -u)" -ne 0 ] && sudo -n true 2>/dev/null; ` +
  `then exec sudo -n timeout -k 5 80 bash -s; else exec timeout -k 5 80 bash -s; fi'`;

/** A booting host refuses for a while; keys may be put there shortly after sshd has started. */
async function connectWithin(target: SshTarget, waitMs: number): Promise<SshConnection> {
  const end = Date.now() + waitMs;
  for (let refusals = 0; ;) {
    try {
      return await connectSsh(target, { attempts: 1 });
    } catch (error) {
      if (error instanceof SshRefused) refusals++;
      else if (!(error instanceof SshUnreachable)) throw error;
      if (refusals >= 3 || Date.now() >= end) throw error;
    }
    await sleep(2000);
  }
}

function understood(name: string, result: ExecResult): PreflightReport {
  const report = parsePreflight(result.stdout);
  if (report !== undefined) return report;
  const ending = result.code === undefined ? "was killed" : `ended with exit code ${result.code}`;
  const words = [result.stdout, result.stderr].join("\n").trim().split("\n").slice(-20).join("\n");
  throw new Error(`the preflight on host ${name} ${ending} before it was done:\n${words}`);
}
