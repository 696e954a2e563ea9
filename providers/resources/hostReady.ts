import * as pulumi from "@pulumi/pulumi";
import type { HostNeeds } from "../host/preflight";
import type { SshTarget } from "../ssh/target";
import type * as implementation from "../host/hostReady";
import type { HostReadyInputs, HostReadyOutputs } from "../host/hostReady";

// Serialized into the state of every resource of this type, so it captures no value and names the
// compiled module by its path from the program's folder: the text never changes. There is one of
// these a host, with its text twice, so what does nothing is left out, and what captures a function.
type Module = typeof implementation;
const provider: pulumi.dynamic.ResourceProvider<HostReadyInputs, HostReadyOutputs> = {
  diff: (...args) =>
    (require("./dist/providers/host/hostReady.js") as Module).hostReady.diff(...args),
  create: (...args) =>
    (require("./dist/providers/host/hostReady.js") as Module).hostReady.create(...args),
  read: (...args) =>
    (require("./dist/providers/host/hostReady.js") as Module).hostReady.read(...args),
  update: (...args) =>
    (require("./dist/providers/host/hostReady.js") as Module).hostReady.update(...args),
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
export class HostReady extends pulumi.dynamic.Resource {
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
    const secrets = { additionalSecretOutputs: ["ssh"] };
    super(provider, name, props, pulumi.mergeOptions(opts, secrets), "antares", "HostReady");
  }
}
