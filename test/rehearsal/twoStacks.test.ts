import { strict as assert } from "node:assert";
import { connect, createServer, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { useDeployment } from "../fixtures/deployment";
import { type PostgresFixture, startPostgres } from "../fixtures/postgres";
import { setSecret } from "../fixtures/settings";
import { assertNothingToDo, assertVerified, MEX } from "../fixtures/verification";
import { GATEWAY_NAME } from "../../rehearsal/hosts/network";

const PORT = 5441;
const LOCK = "hashtext('antares3-bootstrap')";

describe("two stacks on one server at the same moment", function () {
  this.timeout(600_000);
  const settings = Object.entries({
    server: "existing",
    host: GATEWAY_NAME,
    port: String(PORT),
    sslmode: "disable",
    name: "land_cover",
    user: "mapper",
  }).map(([key, value]) => ({ key: `antares:database.${key}`, value }));
  const stacks = ["first", "second"].map((which) =>
    useDeployment({ label: `${which}-of-two`, from: "ready", settings }),
  );
  let server: PostgresFixture;
  const forwarders: Server[] = [];

  before("a server on neither host, with what its administrator was asked for", async () => {
    server = await startPostgres({ postgis: true });
    await server.query("postgres", "create role mapper login password 'quiet'");
    await server.query("postgres", "create database land_cover owner mapper");
    await server.query("land_cover", "create extension postgis");
    for (const stack of stacks) {
      forwarders.push(await forward(stack().stage.network.gateway, server.port));
      await setSecret(stack(), "databasePassword", "quiet");
    }
  });
  after(async () => {
    for (const forwarder of forwarders) forwarder.close();
    await server.stop();
  });

  it("one waits for the other, and nothing is made twice", async () => {
    const ups = await whileLocked(server, async () => {
      const started = stacks.map((stack) => stack().run(["up", "local", "--yes"]));
      await lockIs(server, { held: 1, waited: 2 });
      return started;
    });
    await lockIs(server, { held: 1, waited: 1 });
    for (const done of await Promise.all(ups))
      assert.equal(done.code, 0, done.stdout + done.stderr);
    // Numbers of rows that were taken back would be gone.
    const query = "select string_agg(id::text, ',' order by id) from madmex_region";
    assert.deepEqual(await server.query("land_cover", query), [["1,2,3"]]);
  });

  it("both are verified, and have nothing more to do", async () => {
    const sql = async (query: string) => String((await server.query("land_cover", query))[0]?.[0]);
    for (const stack of stacks) {
      await assertVerified(stack(), [MEX], { sql });
      await assertNothingToDo(stack());
    }
  });
});

/** Makes the loopback's server known to the hosts of a network. */
async function forward(gateway: string, to: number): Promise<Server> {
  const forwarder = createServer((incoming) => {
    const outgoing = connect(to, "127.0.0.1");
    for (const [one, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      one.pipe(other);
      one.on("error", () => other.destroy());
    }
  });
  await new Promise<void>((resolve, reject) => {
    forwarder.once("error", reject).listen(PORT, gateway, resolve);
  });
  return forwarder;
}

/** Holds the lock that a stack takes, so that both come to it at the same moment. */
async function whileLocked<T>(server: PostgresFixture, work: () => Promise<T>): Promise<T> {
  const { host, port, superuser } = server;
  const client = new Client({ host, port, database: "land_cover", ...superuser });
  await client.connect();
  try {
    await client.query(`select pg_advisory_lock(${LOCK})`);
    return await work();
  } finally {
    await client.end();
  }
}

async function lockIs(
  server: PostgresFixture,
  wanted: { readonly held: number; readonly waited: number },
): Promise<void> {
  const query = `select count(*) filter (where granted), count(*) filter (where not granted)
    from pg_locks where locktype = 'advisory'`;
  let seen: unknown;
  for (const end = Date.now() + 120_000; Date.now() < end; await sleep(50)) {
    seen = (await server.query("land_cover", query))[0];
    if (String(seen) === `${wanted.held},${wanted.waited}`) return;
  }
  assert.fail(
    `the lock is held and waited for by ${String(seen)}, not as ${JSON.stringify(wanted)}`,
  );
}
