import { strict as assert } from "node:assert";
import { useDeployment } from "../fixtures/deployment";

describe("npm run destroy -- local --delete-data", function () {
  this.timeout(600_000);
  const machine = useDeployment({ label: "delete-data", from: "ready" });
  const names = (table: string, column: string) =>
    machine().bash(
      `runuser -u postgres -- psql -XAtq -p 5433 -d postgres -c "select ${column} from ${table} where ${column} = 'antares'"`,
    );

  it("removes database, role and the share's folders, and then the stack", async () => {
    assert.equal(await names("pg_database", "datname"), "antares");
    const done = await machine().run(["destroy", "local", "--yes", "--delete-data"]);
    assert.equal(done.code, 0, done.stdout + done.stderr);
    assert.match(done.stdout + done.stderr, /this deletes for good: the application's database/);
    assert.equal(await names("pg_database", "datname"), "");
    assert.equal(await names("pg_roles", "rolname"), "");
    assert.equal(await machine().bash("ls -A /srv/antares"), "");
    assert.equal(await machine().bash("ls -A /home/antares | grep -v config || true"), "");
  });

  it("leaves a stack without resources and a machine without a trace in them", async () => {
    const state: unknown = JSON.parse(await machine().cli.exportStack());
    assert.ok(!JSON.stringify(state).includes("bootstrap-delete-data"));
  });
});
