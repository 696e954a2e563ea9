import type { DatabaseConnection } from "./connection";

/** The server does not answer; says nothing about what is in it. */
export class DatabaseUnreachable extends Error {
  override readonly name = "DatabaseUnreachable";
  readonly host: string;
  readonly port: number;

  constructor(connection: DatabaseConnection, reason: string) {
    const through = connection.ssh === undefined ? "" : ` through ${connection.ssh.host}`;
    super(`no database at ${connection.host}:${connection.port}${through}: ${reason}`);
    this.host = connection.host;
    this.port = connection.port;
  }
}

/** The server answers and does not let us in. `code` is the SQLSTATE (`3D000`: no such database). */
export class DatabaseRefused extends Error {
  override readonly name = "DatabaseRefused";
  readonly code: string;

  constructor(connection: DatabaseConnection, cause: { message: string; code: string }) {
    super(
      `database server ${connection.host}:${connection.port} refuses user "${connection.user}" ` +
        `on database "${connection.database}": ${cause.message}`,
    );
    this.code = cause.code;
  }
}
