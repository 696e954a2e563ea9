import { lifecycle } from "../lifecycle/lifecycle";
import { HostKeyMismatch } from "../ssh/errors";
import type { SshTarget } from "../ssh/target";
import type { HostFacts, HostNeeds } from "./preflight";
import { checkHost, readHost, type HostCall, type HostReport } from "./ready";

/** A host that must be reachable and fit for its work. */
export interface HostReadyInputs {
  /** The host's name in the configuration. */
  readonly name: string;
  /** Absent: this machine itself. Its `hostKey` is compared where given, else learned and kept. */
  readonly ssh?: SshTarget;
  /** Absent: nothing is run on the host, it is only reached and its key pinned. */
  readonly needs?: HostNeeds;
  /** How long a host that does not answer is waited for, in seconds; 300 where absent. */
  readonly waitSeconds?: number;
  /** The host is stopped, so that it cannot be met for the first time. */
  readonly parked?: boolean;
}

export interface HostReadyOutputs extends HostReadyInputs, HostFacts {
  /** The key that the host proved, `ssh-ed25519 AAAA…`; empty for this machine itself. */
  readonly hostKey: string;
  readonly warnings: readonly string[];
  /** `ready`; after a refresh also what has changed. */
  readonly state: string;
}

/** Engine-facing methods of `HostReady`. */
export const hostReady = lifecycle<HostReadyInputs, HostReadyOutputs>({
  what: "host preflight",
  inputs: ["name", "ssh", "needs", "waitSeconds"],
  limitMs: (inputs) => waitMs(inputs) + 180_000,
  drift: ({ name, state }) => (state === "ready" ? undefined : `host ${name}: ${state}`),
  create: async (inputs) => ({ id: inputs.name, outs: await meet(inputs) }),
  update: (olds, news) => check(news, pinOf(olds, news)),
  read,
});

async function meet(inputs: HostReadyInputs): Promise<HostReadyOutputs> {
  if (inputs.parked !== true) return check(inputs);
  throw new Error(
    `host ${inputs.name} was never reached, and the cluster is parked: set antares:power to ` +
      "running, and park it when it is verified",
  );
}

async function check(inputs: HostReadyInputs, pin?: string): Promise<HostReadyOutputs> {
  const report = await checkHost({ ...callOf(inputs, pin), waitMs: waitMs(inputs) });
  const { name, ssh, needs, waitSeconds } = inputs;
  return { name, ssh, needs, waitSeconds, ...found(report), state: "ready" };
}

async function read(olds: HostReadyOutputs): Promise<HostReadyOutputs> {
  try {
    const report = await readHost(callOf(olds, pinOf(olds, olds)));
    const isSame = report.facts.identity === olds.identity;
    const state = isSame
      ? olds.state
      : `another installation: identity was ${olds.identity}; the next up prepares it anew`;
    return { ...olds, ...found(report), warnings: olds.warnings, state };
  } catch (error) {
    if (!(error instanceof HostKeyMismatch)) throw error;
    // The pinned key stays: trusting the new one is a decision of the operator.
    return { ...olds, state: `host key changed: ${error.message}` };
  }
}

function found({ facts, hostKey, warnings }: HostReport): HostFacts & {
  readonly hostKey: string;
  readonly warnings: readonly string[];
} {
  return { ...facts, hostKey, warnings };
}

/** What was learned at first contact holds for the same address until the operator names a key. */
function pinOf(olds: HostReadyOutputs, news: HostReadyInputs): string | undefined {
  const isSameAddress = olds.ssh?.host === news.ssh?.host && olds.ssh?.port === news.ssh?.port;
  return isSameAddress && olds.hostKey !== "" ? olds.hostKey : undefined;
}

function callOf({ name, ssh, needs }: HostReadyInputs, pin?: string): HostCall {
  const call = needs === undefined ? { name } : { name, needs };
  return ssh === undefined ? call : { ...call, ssh: { ...ssh, hostKey: ssh.hostKey ?? pin } };
}

function waitMs({ waitSeconds }: HostReadyInputs): number {
  return (waitSeconds ?? 300) * 1000;
}
