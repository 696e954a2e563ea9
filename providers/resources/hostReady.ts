import * as pulumi from "@pulumi/pulumi";
import type { HostNeeds } from "../host/preflight";
import type { SshTarget } from "../ssh/target";
import type * as implementation from "../host/hostReady";
import { DynamicResource, type Kind } from "./dynamic";

const hostReady: Kind<typeof implementation> = {
  type: "HostReady",
  module: "host/hostReady",
  lifecycle: "hostReady",
  secrets: ["ssh"],
};

/** What `HostReady` takes; an absent `ssh` means the deployer's own machine. */
export interface HostReadyArgs {
  /** The host's name in the configuration. */
  readonly name: string;
  readonly ssh?: pulumi.Input<SshTarget>;
  /** Absent: nothing is run on the host, it is only reached and its key pinned. */
  readonly needs?: pulumi.Input<HostNeeds>;
  /** How long a host that does not answer is waited for, in seconds; 300 where absent. */
  readonly waitSeconds?: number;
  /** The host is stopped, so that it cannot be met for the first time. */
  readonly parked?: boolean;
}

/** A host that answers and passed its preflight; fails with all faults of the host at once. */
export class HostReady extends DynamicResource<typeof implementation> {
  /** One per installation of the machine; what was done on another one does not count. */
  declare readonly identity: pulumi.Output<string>;
  /** The key that the host proved, `ssh-ed25519 AAAA…`; empty for the deployer's own machine. */
  declare readonly hostKey: pulumi.Output<string>;
  declare readonly fqdn: pulumi.Output<string>;
  /** E.g. `debian 12`. */
  declare readonly distribution: pulumi.Output<string>;
  /** Version of the interpreter; empty where it is still to be installed. */
  declare readonly python: pulumi.Output<string>;
  declare readonly warnings: pulumi.Output<string[]>;
  /** `ready`; after a refresh also what has changed. */
  declare readonly state: pulumi.Output<string>;

  constructor(name: string, args: HostReadyArgs, opts?: pulumi.CustomResourceOptions) {
    const props = {
      ...args,
      ssh: args.ssh === undefined ? undefined : pulumi.secret(args.ssh),
      identity: undefined,
      hostKey: undefined,
      fqdn: undefined,
      distribution: undefined,
      python: undefined,
      warnings: undefined,
      state: undefined,
    };
    super(hostReady, { name, props }, opts);
  }
}
