import type { SshConnection } from "../ssh/client";
import { execOn } from "../ssh/exec";
import type { SshTarget } from "../ssh/target";

/** Grid Engine and NFS leases go wrong where hosts disagree by more. */
const limitSeconds = 5;

/**
 * Compares the host's clock with ours. Only what is certain counts: the answer was read somewhere
 * between our question and its arrival, so half of that time is taken off.
 */
export async function clockFaults(connection: SshConnection, target: SshTarget): Promise<string[]> {
  const asked = Date.now();
  const { stdout } = await execOn({
    ...{ connection, target, command: "date +%s.%N" },
    timeoutMs: 20_000,
  });
  // A login's start-up files may have printed something before.
  const [seconds = ""] = /\d+(\.\d+)?\s*$/.exec(stdout) ?? [];
  return judgeClock(Number.parseFloat(seconds), { asked, answered: Date.now() });
}

/** The faults of a clock that showed `seconds`; both of ours in milliseconds. */
export function judgeClock(
  seconds: number,
  ours: { readonly asked: number; readonly answered: number },
): string[] {
  if (!Number.isFinite(seconds)) return ["has a clock that cannot be read with `date`"];
  const ahead = seconds - (ours.asked + ours.answered) / 2000;
  const certain = Math.abs(ahead) - (ours.answered - ours.asked) / 2000;
  if (certain <= limitSeconds) return [];
  const direction = ahead > 0 ? "ahead of" : "behind";
  return [
    `has a clock that is ${Math.round(Math.abs(ahead))} s ${direction} the deployer's ` +
      `(${limitSeconds} s at most): let both follow the same time servers`,
  ];
}
