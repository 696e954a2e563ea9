import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, type ConnectConfig, type ServerHostKeyAlgorithm } from "ssh2";
import { HostKeyMismatch, SshRefused, SshUnreachable } from "./errors";
import type { SshTarget } from "./target";

/** An open session. `hostKey` is the key that the host proved, as `ssh-ed25519 AAAA…`. */
export interface SshConnection {
  readonly client: Client;
  readonly hostKey: string;
  close(): void;
}

export interface SshOptions {
  /** Limit of one attempt, jump host included; 15 s by default. */
  readonly timeoutMs?: number;
  /** How often an unreachable host is tried, with two seconds between; 3 by default. */
  readonly attempts?: number;
}

/**
 * Opens a session. A pinned host key must be presented exactly; without one the key is learned.
 *
 * @throws SshUnreachable after the last attempt; SshRefused and HostKeyMismatch at once, since no
 *   repetition mends them.
 */
export async function connectSsh(
  target: SshTarget,
  options: SshOptions = {},
): Promise<SshConnection> {
  const attempts = options.attempts ?? 3;
  for (let attempt = 1; ; attempt++) {
    try {
      return await connectOnce(target, options.timeoutMs ?? 15_000);
    } catch (error) {
      if (!(error instanceof SshUnreachable) || attempt >= attempts) throw error;
      await sleep(2000);
    }
  }
}

/** Runs `work` with an open session and closes it whatever happens. */
export async function withSsh<T>(
  target: SshTarget,
  work: (connection: SshConnection) => Promise<T>,
): Promise<T> {
  const connection = await connectSsh(target);
  try {
    return await work(connection);
  } finally {
    connection.close();
  }
}

async function connectOnce(target: SshTarget, timeoutMs: number): Promise<SshConnection> {
  const { privateKey, proxy } = target;
  if (proxy === undefined) return handshake(target, { timeoutMs });
  const hop = await connectOnce({ privateKey, ...proxy }, timeoutMs);
  try {
    const sock = await forward(hop, { host: target.host, port: target.port });
    const inner = await handshake(target, { timeoutMs, sock });
    inner.client.once("close", () => hop.close());
    return inner;
  } catch (error) {
    hop.close();
    if (error instanceof ForwardFailed) throw new SshUnreachable(target, error.message);
    throw error;
  }
}

/** The far end of a session could not open the TCP connection that was asked for. */
export class ForwardFailed extends Error {
  override readonly name = "ForwardFailed";
}

/**
 * A TCP connection from the session's host to `to`, as a stream.
 *
 * @throws ForwardFailed with the host's own reason.
 */
export function forward(
  connection: SshConnection,
  to: { readonly host: string; readonly port: number },
): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    connection.client.forwardOut("127.0.0.1", 0, to.host, to.port, (error, channel) => {
      if (error === undefined) resolve(channel);
      else reject(new ForwardFailed(error.message));
    });
  });
}

interface Handshake {
  readonly timeoutMs: number;
  readonly sock?: Duplex;
}

function handshake(target: SshTarget, { timeoutMs, sock }: Handshake): Promise<SshConnection> {
  const client = new Client();
  let presented = "";
  const close = (): void => {
    client.end();
    // `end` waits for the far side, and a dead one never answers.
    client.destroy();
  };
  const verify = (key: Buffer): boolean => {
    presented = hostKeyLine(key);
    return target.hostKey === undefined || presented === bareKey(target.hostKey);
  };
  return new Promise((resolve, reject) => {
    const fail = (error: Error & { level?: string }): void => {
      close();
      reject(explain({ target, presented, error }));
    };
    client.on("error", fail);
    client.once("close", () => fail(new Error("the connection was closed")));
    client.once("ready", () => resolve({ client, hostKey: presented, close }));
    try {
      client.connect({
        ...parameters(target, timeoutMs),
        hostVerifier: verify,
        ...(sock === undefined ? {} : { sock }),
      });
    } catch (error) {
      // Thrown, not emitted, where the private key cannot be parsed.
      reject(new SshRefused(target, error instanceof Error ? error.message : String(error)));
    }
  });
}

function parameters(target: SshTarget, timeoutMs: number): ConnectConfig {
  return {
    host: target.host,
    port: target.port,
    username: target.user,
    privateKey: target.privateKey,
    readyTimeout: timeoutMs,
    // A host that dies in the middle is noticed after half a minute.
    keepaliveInterval: 10_000,
    keepaliveCountMax: 3,
    algorithms: { serverHostKey: keyAlgorithms(target.hostKey) },
  };
}

const preferred: readonly ServerHostKeyAlgorithm[] = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
];

/**
 * The pinned type first, since a host has a key of each type and shows the one that we prefer; the
 * others stay, so that a host without that type ends as a mismatch and not as a failed negotiation.
 */
function keyAlgorithms(hostKey: string | undefined): ServerHostKeyAlgorithm[] {
  const type = hostKey?.trim().split(/\s+/)[0];
  const isPinned = (name: string): boolean =>
    type === "ssh-rsa" ? name.startsWith("rsa-") : name === type;
  return [...preferred.filter(isPinned), ...preferred.filter((name) => !isPinned(name))];
}

/** The public key blob begins with the length and the name of its type (RFC 4253, 6.6). */
function hostKeyLine(blob: Buffer): string {
  const type = blob.subarray(4, 4 + blob.readUInt32BE(0)).toString("ascii");
  return `${type} ${blob.toString("base64")}`;
}

function bareKey(line: string): string {
  return line.trim().split(/\s+/).slice(0, 2).join(" ");
}

interface Failure {
  readonly target: SshTarget;
  readonly presented: string;
  readonly error: Error & { readonly level?: string };
}

function explain({ target, presented, error }: Failure): Error {
  if (target.hostKey !== undefined && presented !== "" && presented !== bareKey(target.hostKey)) {
    return new HostKeyMismatch(target, presented);
  }
  if (error.level === "client-authentication") return new SshRefused(target, error.message);
  return new SshUnreachable(target, error.message);
}
