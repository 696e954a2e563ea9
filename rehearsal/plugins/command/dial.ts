import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Duplex } from "node:stream";
import { Client, utils, type ConnectConfig, type ServerHostKeyAlgorithm } from "ssh2";
import type { CallContext } from "../standIn";
import type { Connection } from "./inputs";

/** Waits between attempts: the first, the factor from one to the next, the longest (seconds). */
const pause = { first: 0.1, factor: 1.5, longest: 5 };

/**
 * Opens the SSH connection, through the proxy where there is one, and tries again as the plugin
 * does. Only dialling can be cancelled.
 *
 * @throws Error in the plugin's words; never with a key or password in it.
 */
export async function dial(connection: Connection, context: CallContext): Promise<Client> {
  if (connection.proxy === undefined) {
    return retrying({ what: "Dial", hop: connection, context }, () =>
      direct(connection, context.signal),
    );
  }
  return dialThrough(connection, { proxy: connection.proxy, context });
}

async function dialThrough(
  connection: Connection,
  via: { proxy: Connection; context: CallContext },
): Promise<Client> {
  const { proxy, context } = via;
  let jump: Client | undefined;
  try {
    const first = await retrying({ what: "Dial proxy", hop: proxy, context }, () =>
      direct(proxy, context.signal),
    );
    jump = first;
    const stream = await retrying({ what: "Dial from proxy", hop: connection, context }, () =>
      forward(first, connection),
    );
    // The handshake is tried again on the same stream, which a failed one has closed.
    const client = await retrying({ what: "Dial", hop: connection, context }, () =>
      handshake({ hop: connection, stream, signal: context.signal }),
    );
    client.once("close", () => first.end());
    return client;
  } catch (error) {
    jump?.end();
    throw new Error(`proxy: ${error instanceof Error ? error.message : String(error)}`);
  }
}

interface Attempts {
  readonly what: string;
  readonly hop: Connection;
  readonly context: CallContext;
}

async function retrying<T>(attempts: Attempts, attempt: () => Promise<T>): Promise<T> {
  const { hop, context } = attempts;
  const limit = hop.dialErrorLimit;
  for (let failed = 0; ; failed += 1) {
    context.signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      context.signal.throwIfAborted();
      const message = error instanceof Error ? error.message : String(error);
      if (limit > -1 && failed >= limit) {
        throw new Error(`after ${failed} failed attempts: ${message}`);
      }
      const of = limit === -1 ? "inf" : String(limit);
      context.log("info", `${attempts.what} ${failed + 1}/${of} failed: retrying`, "status");
    }
    const seconds = Math.min(pause.first * pause.factor ** failed, pause.longest);
    await sleep(seconds * 1000, undefined, { signal: context.signal }).catch(() => undefined);
  }
}

async function direct(hop: Connection, signal: AbortSignal): Promise<Client> {
  return handshake({ hop, stream: await tcp(hop, signal), signal });
}

function tcp(hop: Connection, signal: AbortSignal): Promise<Socket> {
  const to = `${hop.host}:${hop.port}`;
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hop.host, port: hop.port });
    const limit = hop.perDialTimeout * 1000;
    const late = (): void => void socket.destroy(new Error("i/o timeout"));
    const timer = limit > 0 ? setTimeout(late, limit) : undefined;
    // Only dialling is cancelled, so the signal must not stay with an open connection.
    const abort = (): void => void socket.destroy(new Error("canceled"));
    signal.addEventListener("abort", abort);
    const settled = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      socket.removeAllListeners("error");
      socket.on("error", () => undefined); // from here on ssh2 reports it
    };
    socket.once("error", (error: NodeJS.ErrnoException) => {
      settled();
      reject(new Error(`dial tcp ${to}: ${tcpFault(error)}`));
    });
    socket.once("connect", () => {
      settled();
      resolve(socket);
    });
  });
}

function tcpFault(error: NodeJS.ErrnoException): string {
  const known: Readonly<Record<string, string>> = {
    ECONNREFUSED: "connect: connection refused",
    EHOSTUNREACH: "connect: no route to host",
    ENETUNREACH: "connect: network is unreachable",
    ENOTFOUND: "lookup: no such host",
  };
  return known[error.code ?? ""] ?? error.message;
}

function forward(jump: Client, to: Connection): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    jump.forwardOut("127.0.0.1", 0, to.host, to.port, (error, stream) => {
      if (error === undefined) resolve(stream);
      else reject(new Error(`ssh: rejected: ${error.message}`));
    });
  });
}

interface Handshake {
  readonly hop: Connection;
  readonly stream: Duplex;
  readonly signal: AbortSignal;
}

function handshake({ hop, stream, signal }: Handshake): Promise<Client> {
  const client = new Client();
  let refusedKey = false;
  const abort = (): void => void client.destroy();
  return new Promise<Client>((resolve, reject) => {
    const fail = (message: string): void =>
      reject(
        new Error(`ssh: handshake failed: ${refusedKey ? "ssh: host key mismatch" : message}`),
      );
    client.once("ready", () => resolve(client));
    client.on("error", (error: Error & { level?: string }) => {
      fail(error.level === "client-authentication" ? unauthenticated : error.message);
    });
    client.once("close", () => fail("EOF"));
    signal.addEventListener("abort", abort);
    const settings = config(hop, () => (refusedKey = true));
    // A dead stream would never say a word, and nobody would be called back.
    if (stream.destroyed) fail("EOF");
    else client.connect({ ...settings, sock: stream });
  }).finally(() => signal.removeEventListener("abort", abort));
}

const unauthenticated =
  "ssh: unable to authenticate, attempted methods [none publickey], no supported methods remain";

function config(hop: Connection, onRefusal: () => void): ConnectConfig {
  const agent = hop.agentSocketPath ?? process.env["SSH_AUTH_SOCK"] ?? "";
  return {
    username: hop.user,
    readyTimeout: 0,
    ...(hop.privateKey === undefined ? {} : { privateKey: hop.privateKey }),
    ...(hop.privateKeyPassword === undefined ? {} : { passphrase: hop.privateKeyPassword }),
    ...(hop.password === undefined ? {} : { password: hop.password, tryKeyboard: true }),
    ...(agent === "" ? {} : { agent }),
    ...(hop.hostKey === undefined ? {} : pinned(hop.hostKey, onRefusal)),
  };
}

/** Exactly this key, and no other algorithm is offered: a second host key does not get a say. */
function pinned(line: string, onRefusal: () => void): ConnectConfig {
  const parsed = utils.parseKey(line);
  if (parsed instanceof Error) throw new Error("hostKey is not a public key");
  const expected = parsed.getPublicSSH();
  const rsa: ServerHostKeyAlgorithm[] = ["rsa-sha2-512", "rsa-sha2-256"];
  const own = parsed.type as ServerHostKeyAlgorithm;
  return {
    algorithms: { serverHostKey: parsed.type === "ssh-rsa" ? rsa : [own] },
    hostVerifier: (key: Buffer): boolean => {
      if (key.equals(expected)) return true;
      onRefusal();
      return false;
    },
  };
}
