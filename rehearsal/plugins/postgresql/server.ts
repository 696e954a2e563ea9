import { once } from "node:events";
import type { Client } from "pg";
import type { CallContext } from "../standIn";
import { clientConfig, type Settings } from "./settings";

/** Runs SQL; values are text. */
export type Run = (sql: string, values?: readonly string[]) => Promise<Record<string, unknown>[]>;

export interface Task<T> {
  /** Absent: the provider's own. */
  readonly database: string;
  readonly context: CallContext;
  readonly work: (run: Run) => Promise<T>;
}

/** A server that is dialled for every piece of work and never before. */
export class PostgresServer {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(readonly settings: Settings) {
    this.free = settings.maxConnections > 0 ? settings.maxConnections : Number.POSITIVE_INFINITY;
  }

  /**
   * Runs work in one transaction on a connection of its own. Cancellation breaks the connection,
   * so the server rolls back.
   *
   * @throws Error in the plugin's words; never with the password in it.
   */
  async transaction<T>(task: Task<T>): Promise<T> {
    await this.acquire();
    try {
      return await this.connected(task);
    } finally {
      this.release();
    }
  }

  /** As `transaction`, for a look at what is there: in a database that is gone, nothing is. */
  async look<T>(task: Task<T>): Promise<T | undefined> {
    try {
      return await this.transaction(task);
    } catch (error) {
      if (error instanceof NotConnected && error.code === noSuchDatabase) return undefined;
      throw error;
    }
  }

  /** A client that is ended while it connects may never say so: who cancels waits for neither. */
  private async connected<T>(task: Task<T>): Promise<T> {
    const { signal } = task.context;
    // Loaded here, because most calls compare and dial nobody, and the engine waits for this process.
    const { Client } = await import("pg");
    signal.throwIfAborted();
    const client = new Client(clientConfig(this.settings, task.database));
    client.on("error", () => undefined); // the running query reports a lost connection
    const cancelled = once(signal, "abort").then(() => {
      void client.end();
      throw signal.reason;
    });
    return await Promise.race([this.inTransaction(client, task), cancelled]);
  }

  private async inTransaction<T>(client: Client, { context, work }: Task<T>): Promise<T> {
    try {
      await client.connect().catch((error: unknown) => {
        throw this.notConnected(error);
      });
      const run: Run = async (sql, values = []) =>
        (await client.query<Record<string, unknown>>(sql, [...values])).rows;
      await client.query("BEGIN");
      const result = await work(run);
      await client.query("COMMIT");
      return result;
    } catch (error) {
      context.signal.throwIfAborted();
      throw inPlugInWords(error);
    } finally {
      await client.end();
    }
  }

  private notConnected(error: unknown): Error {
    const { host, port } = this.settings;
    const message = error instanceof Error ? error.message : String(error);
    const code = codeOf(error);
    const reason =
      code === "ECONNREFUSED"
        ? `dial tcp ${host}:${port}: connect: connection refused`
        : /timeout/.test(message)
          ? `dial tcp ${host}:${port}: i/o timeout`
          : message.includes("does not support SSL")
            ? "pq: SSL is not enabled on the server"
            : `pq: ${message}`;
    return new NotConnected(
      `error connecting to PostgreSQL server ${host} (scheme: postgres): ${reason}`,
      code,
    );
  }

  private async acquire(): Promise<void> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private release(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.free += 1;
    else next();
  }
}

const noSuchDatabase = "3D000";

class NotConnected extends Error {
  constructor(
    message: string,
    readonly code: string | undefined,
  ) {
    super(message);
  }
}

function codeOf(error: unknown): string | undefined {
  const isCoded = error instanceof Error && "code" in error && typeof error.code === "string";
  return isCoded ? String(error.code) : undefined;
}

function inPlugInWords(error: unknown): Error {
  if (error instanceof NotConnected) return error;
  return new Error(`pq: ${error instanceof Error ? error.message : String(error)}`);
}

/** An SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
