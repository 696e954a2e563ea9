import { createHash } from "node:crypto";
import type { SshTarget } from "./target";

/** No SSH session: nobody listens, the way is blocked, or the far end went silent. */
export class SshUnreachable extends Error {
  override readonly name = "SshUnreachable";

  constructor(target: SshTarget, reason: string) {
    super(`cannot reach ${nameOf(target)} by SSH: ${reason}`);
  }
}

/** The host answered and did not let this user in with this key. */
export class SshRefused extends Error {
  override readonly name = "SshRefused";

  constructor(target: SshTarget, reason: string) {
    super(
      `${nameOf(target)} refuses user "${target.user}": ${reason}; ` +
        `check the user and that the public half of the key is in its authorized_keys`,
    );
  }
}

/** The host is not the one that was pinned. No credentials were sent to it. */
export class HostKeyMismatch extends Error {
  override readonly name = "HostKeyMismatch";
  /** The key that was shown, as `ssh-ed25519 AAAA…`. */
  readonly presented: string;

  constructor(target: SshTarget, presented: string) {
    const scan = `ssh-keyscan -p ${target.port} ${target.host}`;
    super(
      `${nameOf(target)} presents host key ${fingerprint(presented)} where ` +
        `${fingerprint(target.hostKey ?? "")} is pinned: either the host was installed anew, or ` +
        `another machine answers in its place. Compare on a network you trust (${scan}); if the ` +
        `host is really new, set its hostKey in the configuration to "${presented}"`,
    );
    this.presented = presented;
  }
}

function nameOf(target: SshTarget): string {
  const through = target.proxy === undefined ? "" : ` (through ${target.proxy.host})`;
  return `${target.host}:${target.port}${through}`;
}

/** As OpenSSH prints it: type and base64 of the sha256 of the key. */
export function fingerprint(hostKey: string): string {
  const [type = "", blob = ""] = hostKey.split(" ");
  const digest = createHash("sha256").update(Buffer.from(blob, "base64")).digest("base64");
  return `${type} SHA256:${digest.replace(/=+$/, "")}`;
}
