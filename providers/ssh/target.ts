/** A host reached by SSH. Plain, resolved values; `privateKey` is OpenSSH or PEM text. */
export interface SshTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly privateKey: string;
  /** Public host key as in known_hosts without the name (`ssh-ed25519 AAAA…`); absent: not yet known. */
  readonly hostKey?: string;
  /** Jump host: reached first, one hop. */
  readonly proxy?: JumpTarget;
}

/** Without a key of its own it takes that of the host behind it. */
export type JumpTarget = Omit<SshTarget, "privateKey" | "proxy"> & { readonly privateKey?: string };

/** Environment variable in which `step.ts` is given its target, as JSON. */
export const STEP_TARGET = "ANTARES_SSH_TARGET";
