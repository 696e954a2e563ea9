import { strict as assert } from "node:assert";
import { type Deployment, useDeployment } from "../fixtures/deployment";
import { assertNothingToDo, assertVerified } from "../fixtures/verification";

/** What is done to the database behind the program's back, and what it says of that. */
interface Damage {
  readonly what: string;
  readonly sql: string;
  /** State by resource, as the operator reads it. */
  readonly drift: Readonly<Record<string, string>>;
  /** What the acceptance says of it, where nobody has refreshed yet. */
  readonly rejected?: string;
}

const damages: readonly Damage[] = [
  {
    what: "a dropped table of datacube and one of antares",
    sql: "drop table agdc.dataset_source; drop table madmex_tag cascade",
    drift: {
      "bootstrap-datacube-state": "partial: missing or wrong: table agdc.dataset_source",
      "bootstrap-antares-state": "partial: missing or wrong: table madmex_tag",
    },
  },
  {
    what: "datacube's table of types with all that hangs on it, and a deleted country",
    sql:
      "drop table agdc.metadata_type cascade; " +
      "delete from madmex_region; delete from madmex_country",
    drift: {
      "bootstrap-datacube-state":
        "partial: missing or wrong: table agdc.metadata_type, " +
        "trigger row_update_time_metadata_type, metadata type eo, metadata type eo3, " +
        "metadata type telemetry",
      "bootstrap-countries-state": "absent: missing or wrong: country MEX",
    },
  },
  {
    what: "the dropped table of regions",
    sql: "drop table madmex_region cascade",
    drift: {
      "bootstrap-antares-state": "partial: missing or wrong: table madmex_region",
      "bootstrap-countries-state": "absent: missing or wrong: country MEX",
    },
  },
  {
    what: "a deleted region",
    sql: "delete from madmex_region where name = 'Centro'",
    drift: { "bootstrap-countries-state": "partial: missing or wrong: MEX has 2 of 3 regions" },
    rejected: "country MEX: 2 of 3 regions",
  },
];

/** The commands that make a state, and that `up` therefore runs again. */
const makers: Readonly<Record<string, string>> = {
  "bootstrap-datacube-state": "bootstrap-datacube",
  "bootstrap-antares-state": "bootstrap-antares",
  "bootstrap-countries-state": "bootstrap-antares",
};

const repair = "npm run up -- local";

/** Lines of our own wrappers, without those of the engine. */
const linesWith = (start: string, text: string): string[] =>
  text.split("\n").filter((line) => line.startsWith(start));

describe("drift of a deployed machine", function () {
  this.timeout(600_000);
  const machine = useDeployment({ label: "drift", from: "ready" });

  const succeed = async (...words: string[]) => {
    const done = await machine().run([...words, "--yes"]);
    assert.equal(done.code, 0, done.stdout + done.stderr);
    return done.stderr;
  };

  for (const { what, sql, drift, rejected } of damages) {
    it(`${what}: shown by a refresh, repaired by the command that it names`, async () => {
      await machine().sql(sql);
      if (rejected !== undefined) await assertRejected(machine(), rejected);
      const states = Object.entries(drift);
      const seen = await succeed("refresh", "local");
      assert.deepEqual(
        linesWith("drift: ", seen).sort(),
        states.map(([name, state]) => `drift: ${name} is ${state}; repair with: ${repair}`).sort(),
      );
      assert.deepEqual(linesWith("next: ", seen), [`next: ${repair}`]);
      const repaired = await succeed("up", "local");
      for (const [name] of states) {
        const [line = ""] = linesWith(`drift: ${name} is `, repaired);
        assert.equal(line.split("; running again: ")[1], makers[name], repaired);
      }
      await assertVerified(machine());
      await assertNothingToDo(machine());
    });
  }

  it("is shown by the plain commands as well, which name the command that repairs it", async () => {
    await machine().sql("drop table agdc.dataset_location");
    const said =
      `datacube in database "antares" is partial: missing or wrong: ` +
      `table agdc.dataset_location; repair with: ${repair}`;
    const seen = await machine().cli.refresh();
    assert.equal(seen.code, 0, seen.stdout + seen.stderr);
    assert.ok(seen.stdout.includes(`drift: verification in the database: ${said}`), seen.stdout);
    const plain = await machine().cli.up();
    assert.notEqual(plain.code, 0);
    assert.ok((plain.stdout + plain.stderr).includes(`error: ${said}`), plain.stdout);
    await succeed("up", "local");
    await assertVerified(machine());
  });

  it("is not made up for a database that does not answer: a refresh fails and forgets nothing", async () => {
    await machine().bash("pg_ctlcluster 15 antares stop");
    const seen = await machine().run(["refresh", "local", "--yes"]);
    await machine().bash("pg_ctlcluster 15 antares start 9>&-");
    assert.notEqual(seen.code, 0);
    const said = "no database at 127.0.0.1:5433: connect ECONNREFUSED 127.0.0.1:5433";
    assert.ok(seen.stdout.includes(said), seen.stdout);
    assert.deepEqual(linesWith("drift: ", seen.stderr), []);
    await assertNothingToDo(machine());
  });
});

async function assertRejected(machine: Deployment, reason: string): Promise<void> {
  const done = await machine.run(["verify", "local"]);
  assert.equal(done.code, 1, done.stdout + done.stderr);
  assert.ok(done.stderr.includes(`not accepted: ${reason}`), done.stderr);
  assert.deepEqual(linesWith("next: ", done.stderr), ["next: npm run refresh -- local"]);
}
