import * as pulumi from "@pulumi/pulumi";
import type { Config, SshAccessConfig, SshKeyName } from "../../config/model";
import type { HostNeeds } from "../../providers/host/preflight";
import { HostReady } from "../../providers/resources/hostReady";
import type { SshTarget } from "../../providers/ssh/target";
import { type HostAccess, type SshAccess, sshTarget } from "../host/access";
import { Host } from "../host/host";

/** A host as the operator describes it, or one that the program has made. */
export interface MachineConfig {
  readonly name: string;
  readonly access: { readonly kind: "local" } | ReachedBySsh;
  /** Private key of the SSH user, or the secret that has it; `sshPrivateKey` where absent. */
  readonly key?: SshKeyName | pulumi.Output<string>;
}

type ReachedBySsh = Omit<SshAccessConfig, "address"> & { readonly address: pulumi.Input<string> };

export interface MachineArgs {
  readonly config: Config<pulumi.Output<string>>;
  readonly machine: MachineConfig;
  readonly needs: HostNeeds;
  /** Key of the digests that trigger a script. */
  readonly digestKey: pulumi.Input<string>;
  /** The host through which this one is reached. */
  readonly jump?: SshAccess;
  /** The host is stopped: one that was never reached cannot be now. */
  readonly parked?: boolean;
}

/** A host that passed its preflight. */
export interface Machine {
  readonly host: Host;
  /** Its full name, as it says itself. */
  readonly fqdn: pulumi.Output<string>;
}

/** Waits for a host, looks whether it is fit, and gives the seam to it. */
export function createMachine(
  name: string,
  args: MachineArgs,
  opts: pulumi.CustomResourceOptions,
): Machine {
  const { config, machine, needs, digestKey } = args;
  const ready = new HostReady(
    `${name}-${machine.name}-ready`,
    { name: machine.name, ...reach(args), needs },
    opts,
  );
  told(machine.name, ready);
  const host = new Host({
    name: machine.name,
    access: access(args, ready),
    waitSeconds: config.ssh.waitSeconds,
    // Both: cloned machines share their machine id, but hardly their host key.
    identity: pulumi.interpolate`${ready.identity} ${ready.hostKey}`,
    digestKey,
    next: `npm run up -- ${pulumi.getStack()}`,
    ready,
  });
  return { host, fqdn: ready.fqdn };
}

/** What a preflight warns of would else be in the state only, where nobody reads it. */
function told(host: string, ready: HostReady): void {
  ready.warnings.apply((warnings) =>
    Promise.all(warnings.map((warning) => pulumi.log.warn(`host ${host} ${warning}`, ready))),
  );
}

/**
 * A host that only leads to others: reached and pinned, nothing is run on it. One that also works
 * is looked at a second time by its preflight, so that a fault there does not hide those of the
 * hosts behind it.
 */
export function createWay(
  name: string,
  args: Pick<MachineArgs, "config" | "machine" | "parked">,
  opts: pulumi.CustomResourceOptions,
): SshAccess {
  const ready = new HostReady(name, { name: args.machine.name, ...reach(args) }, opts);
  const way = access(args, ready);
  if (way.kind !== "ssh") throw new Error(`${args.machine.name} cannot lead to other hosts`);
  return way;
}

type Described = Pick<MachineArgs, "config" | "machine" | "jump" | "parked">;

/** How a step gets to the host: with the key that the host has shown. */
function access({ config, machine, jump }: Described, ready: HostReady): HostAccess {
  if (machine.access.kind === "local") return { kind: "local" };
  const { address, port, user } = machine.access;
  return {
    ...{ kind: "ssh", address, port, user },
    privateKey: privateKey(config, machine),
    hostKey: ready.hostKey,
    ...(jump === undefined ? {} : { jump }),
  };
}

/** How the host is reached before its key is known. */
function reach({ config, machine, jump, parked }: Described): {
  readonly ssh?: pulumi.Output<SshTarget>;
  readonly waitSeconds?: number;
  readonly parked?: boolean;
} {
  if (machine.access.kind === "local") return {};
  const ssh = sshTarget({ ...machine.access, privateKey: privateKey(config, machine), jump });
  return { ssh, waitSeconds: config.ssh.waitSeconds, ...(parked ? { parked } : {}) };
}

function privateKey(
  { secrets }: MachineArgs["config"],
  { name, key = "sshPrivateKey" }: MachineConfig,
): pulumi.Output<string> {
  const secret = typeof key === "string" ? secrets[key] : key;
  if (secret === undefined) throw new Error(`the configuration let ${name} pass without its key`);
  return secret;
}
