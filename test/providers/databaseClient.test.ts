import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseError } from "pg";
import { withDatabase } from "../../providers/database/client";
import type { DatabaseConnection, SslMode } from "../../providers/database/connection";
import { DatabaseRefused, DatabaseUnreachable } from "../../providers/database/errors";
import { HostKeyMismatch } from "../../providers/ssh/errors";
import { startPostgres, type PostgresFixture } from "../fixtures/postgres";
import { freePort } from "../fixtures/processes";
import { useSilentPort } from "../fixtures/silentPort";
import { startSshd, type SshdFixture } from "../fixtures/sshd";

describe("database client on a real PostgreSQL", function () {
  this.timeout(60_000);
  let postgres: PostgresFixture;
  let sshd: SshdFixture;
  let dir: string;
  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "tls-test-"));
    postgres = await startPostgres();
    sshd = await startSshd();
  });
  after(async () => {
    await postgres.stop();
    await sshd.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const at = (change: Partial<DatabaseConnection> = {}): DatabaseConnection => ({
    ...{ host: postgres.host, port: postgres.port, database: "postgres" },
    ...{ ...postgres.superuser, sslmode: "prefer" },
    ...change,
  });
  /** Whether the connection is encrypted, as the server sees it. */
  const encrypted = (connection: DatabaseConnection): Promise<boolean | undefined> =>
    withDatabase(connection, async (client) => {
      const { rows } = await client.query<{ ssl: boolean }>(
        "select ssl from pg_stat_ssl where pid = pg_backend_pid()",
      );
      return rows[0]?.ssl;
    });
  const jump = () => ({ host: "127.0.0.1", ...{ port: sshd.port, user: sshd.user } });

  it("answers, whatever PG* says in the environment", async () => {
    process.env["PGSSLMODE"] = "require";
    process.env["PGPORT"] = "1";
    try {
      assert.equal(await encrypted(at({ sslmode: "disable" })), false);
    } finally {
      delete process.env["PGSSLMODE"];
      delete process.env["PGPORT"];
    }
  });

  it("is unreachable on a closed port, and where nobody has that name", async () => {
    const port = await freePort();
    await assert.rejects(encrypted(at({ port })), (error: unknown) => {
      assert.ok(error instanceof DatabaseUnreachable);
      assert.equal(error.port, port);
      assert.equal(
        error.message,
        `no database at 127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}`,
      );
      return true;
    });
    await assert.rejects(encrypted(at({ host: "no-such-name.invalid" })), DatabaseUnreachable);
  });

  it("is refused for a wrong password or a missing database, without the password", async () => {
    const attempts = postgres.connections();
    await assert.rejects(encrypted(at({ password: "wrong-password-1" })), (error: unknown) => {
      assert.ok(error instanceof DatabaseRefused);
      assert.equal(error.code, "28P01");
      assert.ok(!error.message.includes("wrong-password-1"));
      return true;
    });
    await assert.rejects(encrypted(at({ database: "nowhere" })), { code: "3D000" });
    // "authorized" is logged for the second, whose password was right.
    assert.ok(postgres.connections() <= attempts + 1);
  });

  it("leaves errors of statements as they are", async () => {
    await assert.rejects(
      withDatabase(at(), (client) => client.query("select 1 from nothing")),
      (error: unknown) => error instanceof DatabaseError && error.code === "42P01",
    );
  });

  it("calls a session that is ended under it unreachable", async () => {
    await assert.rejects(
      withDatabase(at(), (client) => client.query("select pg_terminate_backend(pg_backend_pid())")),
      DatabaseUnreachable,
    );
  });

  it("closes its connections", async () => {
    await encrypted(at());
    await sleep(200);
    const sql = "select count(*) from pg_stat_activity where application_name like 'antares3%'";
    assert.deepEqual(await postgres.query("postgres", sql), [["0"]]);
  });

  it("goes through a host's SSH, pinned", async () => {
    const ssh = { ...jump(), privateKey: sshd.privateKey, hostKey: sshd.hostKey };
    const before = sshd.connections();
    assert.equal(await encrypted(at({ ssh })), false);
    assert.equal(sshd.connections(), before + 1);
    const [type = ""] = sshd.hostKey.split(" ");
    const hostKey = `${type} ${Buffer.from("\0\0\0\x0bssh-ed25519other").toString("base64")}`;
    await assert.rejects(encrypted(at({ ssh: { ...ssh, hostKey } })), HostKeyMismatch);
    const port = await freePort();
    await assert.rejects(encrypted(at({ ssh, port })), (error: unknown) => {
      assert.ok(error instanceof DatabaseUnreachable);
      const start = `no database at 127.0.0.1:${port} through 127.0.0.1: `;
      assert.ok(error.message.startsWith(start) && /refused/.test(error.message), error.message);
      return true;
    });
    const closed = { ...ssh, port: await freePort() };
    await assert.rejects(encrypted(at({ ssh: closed })), DatabaseUnreachable);
  });

  describe("a port that accepts and says nothing", () => {
    const silentPort = useSilentPort();

    it("is given up after fifteen seconds", async () => {
      const port = silentPort();
      await assert.rejects(encrypted(at({ port, sslmode: "disable" })), {
        name: "DatabaseUnreachable",
        message: `no database at 127.0.0.1:${port}: timeout expired`,
      });
    });
  });

  describe("TLS modes", () => {
    const demand = (sslmode: SslMode, change: Partial<DatabaseConnection> = {}) =>
      encrypted(at({ sslmode, ...change }));

    it("a server without TLS: prefer goes on without, the others do not", async () => {
      assert.equal(await demand("prefer"), false);
      await assert.rejects(demand("require"), {
        name: "DatabaseUnreachable",
        message: /The server does not support SSL connections/,
      });
      await assert.rejects(demand("verify-ca"), {
        message: "sslmode verify-ca needs the CA bundle of the server",
      });
    });

    it("a server with TLS: each mode checks what libpq checks", async () => {
      const ca = await enableTls(postgres, dir, "server");
      const stranger = certificate(dir, "stranger");
      assert.equal(await demand("disable"), false);
      assert.equal(await demand("prefer"), true);
      assert.equal(await demand("require"), true);
      assert.equal(await demand("verify-ca", { ca }), true);
      // The certificate is for the name localhost, not for the address.
      assert.equal(await demand("verify-full", { ca, host: "localhost" }), true);
      await assert.rejects(demand("verify-full", { ca }), DatabaseUnreachable);
      await assert.rejects(demand("verify-ca", { ca: stranger }), DatabaseUnreachable);
      await assert.rejects(demand("verify-full", { ca: stranger }), DatabaseUnreachable);
    });

    it("TLS through a host's SSH is checked against the database's name", async () => {
      const ca = readFileSync(join(dir, "server.crt"), "utf8");
      const ssh = { ...jump(), privateKey: sshd.privateKey };
      assert.equal(await demand("verify-full", { ca, ssh, host: "localhost" }), true);
      await assert.rejects(demand("verify-full", { ca, ssh }), DatabaseUnreachable);
    });
  });
});

function certificate(dir: string, name: string): string {
  const [key, crt] = [join(dir, `${name}.key`), join(dir, `${name}.crt`)];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", crt, ...subject],
    { stdio: "ignore" },
  );
  return readFileSync(crt, "utf8");
}

async function enableTls(server: PostgresFixture, dir: string, name: string): Promise<string> {
  const ca = certificate(dir, name);
  const [key, crt] = [join(dir, `${name}.key`), join(dir, `${name}.crt`)];
  chmodSync(dir, 0o755);
  chmodSync(key, 0o600);
  const uid = Number(execFileSync("id", ["-u", "postgres"], { encoding: "utf8" }));
  if (process.getuid?.() === 0) chownSync(key, uid, -1);
  for (const [setting, value] of Object.entries({
    ssl_cert_file: crt,
    ssl_key_file: key,
    ssl: "on",
  })) {
    await server.query("postgres", `alter system set ${setting} = '${value}'`);
  }
  await server.query("postgres", "select pg_reload_conf()");
  for (let waited = 0; waited < 5000; waited += 50) {
    if ((await server.query("postgres", "show ssl"))[0]?.[0] === "on") return ca;
    await sleep(50);
  }
  throw new Error(`TLS did not come up: ${readFileSync(server.log, "utf8")}`);
}
