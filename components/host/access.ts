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

/** A host that may not have shown its key yet. */
type Reach = Pick<SshAccess, "address" | "port" | "user"> & {
  readonly hostKey?: SshAccess["hostKey"] | undefined;
};

/** The host as our own providers dial it. */
export function sshTarget(
  access: Reach & Pick<SshAccess, "privateKey"> & { readonly jump?: SshAccess | undefined },
): pulumi.Output<SshTarget> {
  const { privateKey, jump } = access;
  const target = { ...reach(access), privateKey };
  if (jump === undefined) return pulumi.secret(target);
  // A node's state has four copies of each key: that of the jump host only where it is another one.
  const own = jump.privateKey === privateKey ? {} : { privateKey: jump.privateKey };
  return pulumi.secret({ ...target, proxy: { ...reach(jump), ...own } });
}

function reach({ address, port, user, hostKey }: Reach) {
  return { host: address, port, user, ...(hostKey === undefined ? {} : { hostKey }) };
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
