import { strict as assert } from "node:assert";
import { behaviours } from "./behaviours";
import { Bench } from "./bench";

for (const origin of ["stand-in", "official"] as const) {
  for (const plugin of ["command", "postgresql"] as const) {
    describe(`behaviours of ${plugin}, ${origin}`, function () {
      // The first row that asks for the engine may have to build it.
      this.timeout(1_200_000);
      let bench: Bench | undefined;
      before(async () => {
        bench = await Bench.open(origin, plugin);
      });
      afterEach(() => bench?.endRow());
      after(() => bench?.close());

      if (!Bench.has(origin, plugin)) {
        it("not available: the official plugin is not installed on this machine", async () => {
          assert.equal(await Bench.open(origin, plugin), undefined);
        });
        return;
      }
      for (const row of behaviours.filter((candidate) => candidate.plugin === plugin)) {
        it(row.name, async () => {
          if (bench === undefined) throw new Error(`no ${origin} plugin ${plugin}`);
          await row.run(bench);
        });
      }
    });
  }
}
