import type { SshTarget } from "../ssh/target";

export type SslMode = "disable" | "prefer" | "require" | "verify-ca" | "verify-full";

/** Everything a dynamic provider needs to open a connection to PostgreSQL. Plain, resolved values. */
export interface DatabaseConnection {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly sslmode: SslMode;
  /** PEM text of the CA bundle, for `verify-*`. */
  readonly ca?: string;
  /** Present: the TCP stream goes through this host's SSH (`direct-tcpip`), so no local port is used. */
  readonly ssh?: SshTarget;
}
