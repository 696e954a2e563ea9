import * as pulumi from "@pulumi/pulumi";
import type { SshTarget } from "../../providers/ssh/target";
import { type SshAccess, sshTarget } from "./access";

export interface MeetingArgs {
  /** The host's name in the configuration. */
  readonly name: string;
  readonly access: SshAccess;
  /** How long the host is waited for where it does not answer. */
  readonly waitSeconds: number;
}

/**
 * Dials a host with our own client before the first of its steps that this run has anything to do
 * for. The command plugin dials as often whatever is wrong, for minutes, and of a host with another
 * key it says neither which nor what to do. A hook, because it is no input: a changed wait runs no
 * step again, and a run without work dials nobody. Once is enough: where the host goes away later, its
 * chain of steps ends with the one at work.
 */
export function meeting({ name, access, waitSeconds }: MeetingArgs): pulumi.ResourceHook {
  let met: Promise<void> | undefined;
  return new pulumi.ResourceHook(`host ${name}`, () => (met ??= meet(access, waitSeconds)));
}

async function meet(access: SshAccess, waitSeconds: number): Promise<void> {
  // Loaded here, because most runs have nothing to do for any step.
  const { reachHost } = await import("../../providers/host/ready.js");
  const target = await new Promise<SshTarget>((resolve) => sshTarget(access).apply(resolve));
  await reachHost(target, waitSeconds * 1000);
}
