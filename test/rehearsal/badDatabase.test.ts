import { strict as assert } from "node:assert";
import { type Deployment, useDeployment } from "../fixtures/deployment";
import { removeSettings, setSecret } from "../fixtures/settings";
import { assertNothingToDo } from "../fixtures/verification";

/** The 15 s of one attempt, and what the engine takes besides. */
const LIMIT_MS = 60_000;

describe("bad databases of somebody else", function () {
  this.timeout(600_000);
  const machine = useDeployment({
    label: "bad-database",
    from: "ready",
    settings: [
      { key: "antares:database.server", value: "existing" },
      { key: "antares:database.host", value: "127.0.0.1" },
      { key: "antares:database.sslmode", value: "disable" },
    ],
  });
  const secret = (name: string, value: string) => setSecret(machine(), name, value);
  const database = (key: string, value: string) =>
    machine().set({ key: `antares:database.${key}`, value });
  const failedUp = async (said: string): Promise<string> => {
    const begun = Date.now();
    const done = await machine().run(["up", "local", "--yes"]);
    const text = done.stdout + done.stderr;
    assert.notEqual(done.code, 0, text);
    assert.ok(text.includes(said), `${said}\nis missing in:\n${text}`);
    assert.ok(text.includes("next: npm run up -- local"), text);
    assert.ok(Date.now() - begun < LIMIT_MS, `${Date.now() - begun} ms`);
    assert.doesNotMatch(text, /opensesame/);
    return text;
  };

  it("a server where nobody listens is an error that says so", async () => {
    await database("adminUser", "boss");
    await secret("databaseAdminPassword", "opensesame");
    await database("port", "5999");
    await failedUp("no database at 127.0.0.1:5999: connect ECONNREFUSED 127.0.0.1:5999");
  });

  it("a server that never answers is an error within a bounded time", async () => {
    await withSilentServer(machine(), 5998, async () => {
      await database("port", "5998");
      await failedUp("no database at 127.0.0.1:5998: ");
    });
  });

  it("an administrator who is not let in is named, and his password is not", async () => {
    await database("port", "5433");
    await failedUp(
      'database server 127.0.0.1:5433 refuses user "boss" on database "postgres": ' +
        'password authentication failed for user "boss"',
    );
  });

  it("an application role without rights is told which rights, and by whom", async () => {
    await machine().sql("create role guest login password 'opensesame'");
    await machine().sql("create database guests");
    await removeSettings(machine(), "antares:database.adminUser", "antares:databaseAdminPassword");
    await database("name", "guests");
    await database("user", "guest");
    await secret("databasePassword", "opensesame");
    const text = await failedUp('extensions in database "guests" is absent');
    for (const missing of [
      "extension postgis (an administrator runs: create extension postgis)",
      'right CREATE on database "guests" ' +
        '(an administrator runs: grant create on database "guests" to "guest")',
      'right CREATE on schema public (an administrator runs: grant create on schema public to "guest")',
    ]) {
      assert.ok(text.includes(missing), `${missing}\nis missing in:\n${text}`);
    }
  });

  it("what the administrator was asked for is enough: the next up goes on", async () => {
    const psql = "runuser -u postgres -- psql -XAtq -v ON_ERROR_STOP=1 -p 5433 -d guests";
    await machine().bash(`${psql} <<'SQL'
create extension postgis; grant create on database guests to guest;
grant create on schema public to guest;
SQL`);
    const done = await machine().run(["up", "local", "--yes"]);
    assert.equal(done.code, 0, done.stdout + done.stderr);
    assert.equal(await machine().bash(`${psql} -c 'select count(*) from madmex_region'`), "3");
    assert.equal((await machine().run(["verify", "local"])).code, 0);
    await assertNothingToDo(machine());
  });
});

/** A port that takes connections and says nothing. */
async function withSilentServer(
  machine: Deployment,
  port: number,
  work: () => Promise<void>,
): Promise<void> {
  const listen =
    `import socket, time; s = socket.create_server(("127.0.0.1", ${port})); ` +
    `print("listens", flush=True); time.sleep(170)`;
  const server = machine.stage.master.spawn(["python3", "-c", listen]);
  try {
    await new Promise((resolve) => server.child.stdout?.once("data", resolve));
    await work();
  } finally {
    server.signal("SIGKILL");
  }
}
