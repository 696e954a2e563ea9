import { checkServerIdentity, type ConnectionOptions } from "node:tls";
import { Client, DatabaseError, type ClientConfig } from "pg";
import { ForwardFailed, forward, withSsh, type SshConnection } from "../ssh/client";
import { SshRefused, SshUnreachable } from "../ssh/errors";
import { redactor } from "../lifecycle/failure";
import type { DatabaseConnection } from "./connection";
import { DatabaseRefused, DatabaseUnreachable } from "./errors";
import { asDatabaseSocket } from "./stream";

const connectLimitMs = 15_000;
const queryLimitMs = 60_000;

/**
 * Connects, runs `work`, disconnects. The TLS mode means what it means to libpq. With `ssh` the
 * stream goes through that host.
 *
 * @throws DatabaseUnreachable where nobody answers or the answer stops; DatabaseRefused where the
 *   login fails; what the SSH client throws for a wrong host key; the driver's `DatabaseError` for
 *   statements that fail.
 */
export async function withDatabase<T>(
  connection: DatabaseConnection,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  try {
    if (connection.ssh === undefined) return await run({ connection, work });
    return await withSsh(connection.ssh, (ssh) => run({ connection, work, ssh }));
  } catch (error) {
    throw withoutPassword(classify(connection, error), connection);
  }
}

interface Run<T> {
  readonly connection: DatabaseConnection;
  readonly work: (client: Client) => Promise<T>;
  readonly ssh?: SshConnection;
}

async function run<T>({ connection, work, ssh }: Run<T>): Promise<T> {
  const client = await open(connection, ssh);
  try {
    return await work(client);
  } finally {
    // A broken connection must not hide the error that broke it.
    await client.end().catch(() => undefined);
  }
}

/** `prefer` is TLS first and plain after it, the others are one attempt. */
async function open(connection: DatabaseConnection, ssh?: SshConnection): Promise<Client> {
  const tls = tlsOptions(connection);
  if (connection.sslmode !== "prefer") return connect(connection, { tls, ssh });
  try {
    return await connect(connection, { tls, ssh });
  } catch (error) {
    if (!isWorthPlain(error)) throw error;
    return connect(connection, { tls: false, ssh });
  }
}

interface Way {
  readonly tls: ConnectionOptions | false;
  readonly ssh?: SshConnection | undefined;
}

async function connect(connection: DatabaseConnection, { tls, ssh }: Way): Promise<Client> {
  const config: ClientConfig = {
    host: connection.host,
    port: connection.port,
    database: connection.database,
    user: connection.user,
    password: connection.password,
    ssl: tls,
    application_name: "antares3-deployment",
    connectionTimeoutMillis: connectLimitMs,
    query_timeout: queryLimitMs,
    statement_timeout: queryLimitMs - 5000,
  };
  if (ssh !== undefined) {
    const channel = asDatabaseSocket(await forward(ssh, connection));
    config.stream = () => channel;
  }
  const client = new Client(config);
  // A connection that breaks between two queries is reported by the next query.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw isServerError(error) && !isStartingUp(error.code)
      ? new DatabaseRefused(connection, error)
      : error;
  }
}

function tlsOptions({ sslmode, ca, host }: DatabaseConnection): ConnectionOptions | false {
  if (sslmode === "disable") return false;
  if (sslmode === "prefer" || sslmode === "require") return { rejectUnauthorized: false };
  if (ca === undefined) throw new Error(`sslmode ${sslmode} needs the CA bundle of the server`);
  if (sslmode === "verify-ca") return { ca, checkServerIdentity: () => undefined };
  return {
    ca,
    checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
  };
}

/**
 * A server without TLS, a failed handshake, or a rule that admits only plain connections; never a
 * wrong password, which would then be tried twice.
 */
function isWorthPlain(error: unknown): boolean {
  if (error instanceof DatabaseRefused) return error.code === "28000";
  if (!(error instanceof Error)) return false;
  const isTlsFailure = "code" in error && /^(ERR_(SSL|TLS)_|EPROTO)/.test(String(error.code));
  return isTlsFailure || error.message === "The server does not support SSL connections";
}

function isServerError(error: unknown): error is DatabaseError & { code: string } {
  return error instanceof DatabaseError && error.code !== undefined;
}

/** Starting up, shutting down, too many connections: a server that cannot be asked at the moment. */
function isStartingUp(code: string): boolean {
  return ["57P01", "57P02", "57P03", "53300"].includes(code) || code.startsWith("08");
}

function classify(connection: DatabaseConnection, error: unknown): unknown {
  if (isServerError(error)) {
    return isStartingUp(error.code) ? new DatabaseUnreachable(connection, error.message) : error;
  }
  if (error instanceof SshUnreachable || error instanceof SshRefused) {
    return new DatabaseUnreachable(connection, error.message);
  }
  if (error instanceof ForwardFailed || isNetworkFailure(error)) {
    return new DatabaseUnreachable(connection, reason(error));
  }
  return error;
}

/** The driver reports its own failures as plain errors, known only by their text. */
const driverFailures = [
  "timeout expired",
  "Query read timeout",
  "Connection terminated",
  "Client has encountered a connection error",
  "The server does not support SSL connections",
  "There was an error establishing an SSL connection",
];

function isNetworkFailure(error: unknown): error is Error {
  if (!(error instanceof Error) || error instanceof DatabaseError) return false;
  if ("syscall" in error || error instanceof AggregateError) return true;
  const code = "code" in error ? String(error.code) : "";
  const isTls = /^(ERR_(SSL|TLS)_|EPROTO|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO_)/.test(code);
  return (
    isTls || code === "ECONNRESET" || driverFailures.some((text) => error.message.startsWith(text))
  );
}

/** Where a name has several addresses, Node throws an error without text that holds one for each. */
function reason(error: Error): string {
  if (!(error instanceof AggregateError)) return error.message;
  return error.errors.map((one) => (one instanceof Error ? one.message : String(one))).join("; ");
}

function withoutPassword(error: unknown, connection: DatabaseConnection): unknown {
  if (error instanceof Error) error.message = redactor([connection])(error.message);
  return error;
}
