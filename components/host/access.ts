import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { SshTarget } from "../../providers/ssh/target";

/** How the deployer reaches a host. Addresses and keys may be known only after the host exists. */
export type HostAccess = { readonly kind: "local" } | SshAccess;

export interface SshAccess {
  readonly kind: "ssh";
  readonly address: pulumi.Input<string>;
  readonly port: number;
  readonly user: string;
  readonly privateKey: pulumi.Input<string>;
  /** The key that the host must show, in known_hosts form without the name. */
  readonly hostKey: pulumi.Input<string>;
  /** The host through which this one is reached: one hop. */
  readonly jump?: SshAccess;
}

/** The host as our own providers dial it. */
export function sshTarget(access: SshAccess): pulumi.Output<SshTarget> {
  const { address, port, user, privateKey, hostKey, jump } = access;
  const proxy = jump === undefined ? {} : { proxy: sshTarget(jump) };
  return pulumi.secret(pulumi.output({ host: address, port, user, privateKey, hostKey, ...proxy }));
}

/**
 * The host as the command plugin dials it. Built field by field: an unknown extra field would make
 * the engine print the whole object.
 */
export function connection(access: SshAccess): command.types.input.remote.ConnectionArgs {
  return {
    host: access.address,
    port: access.port,
    user: access.user,
    privateKey: pulumi.secret(access.privateKey),
    hostKey: access.hostKey,
    dialErrorLimit: 60,
    perDialTimeout: 15,
  };
}
