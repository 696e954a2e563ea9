import assert from "node:assert/strict";
import { summary } from "../../../rehearsal/run/report";
import { cluster, sample } from "./reports";

describe("the summary", () => {
  it("says what stands, how long it took, and what was stood in for", () => {
    assert.equal(
      summary(sample),
      [
        "stack local (single) stands, verified in the database:",
        "  datacube schema  ready",
        "  migrations       66 of 66, last 0066_auto_20200312_1921",
        "  countries        MEX (3 regions)",
        "  nodes            master (21 files of antares)",
        "  versions         python 3.11.2, postgis none",
        "  dask             1 workers on master",
        "  engine           pulumi 3.259.0 (built)",
        "  first up, by phase (0 SSH connections):",
        "        0.9 s  preflight on master",
        "       61.3 s  software on master",
        "  second up        0 changes, 0 SSH connections",
        "  by SSH           up again: adopted; second up: 0 changes",
        "  stood in for     plugin command 1.2.1; antares3 itself, and the borders",
        "  state            /var/tmp/rehearsal/state.json",
        "  logs             /var/tmp/rehearsal/logs",
      ].join("\n"),
    );
  });

  it("of a cluster names what works on each host, and that NFS was stood in for", () => {
    const lines = summary(cluster).split("\n");
    for (const line of [
      "  Grid Engine      4 job slots: master 0, node-1 2, node-2 2",
      "  queues           antares.q, dask.q",
      "  dask             2 workers on node-1, node-2",
      "  first up, by phase (23 SSH connections):",
      "  second up        0 changes, 0 SSH connections",
      "  stood in for     plugin command 1.2.1; antares3 itself, and the borders; " +
        "NFS (a FUSE process of each host)",
    ]) {
      assert.ok(lines.includes(line), `${line}\nis not in\n${lines.join("\n")}`);
    }
  });

  it("of a run with nothing stood in for and no country", () => {
    const plugins = { command: { version: "1.2.1", origin: "official" } } as const;
    const text = summary({
      ...sample,
      engine: { ...sample.engine, plugins },
      antares: { origin: "wheel", version: "0.4.0", commit: null },
      acceptance: { ...sample.acceptance, countries: [] },
      bySsh: null,
    });
    assert.match(text, /^ {2}countries {8}none configured$/m);
    assert.match(text, /^ {2}stood in for {5}nothing$/m);
    assert.doesNotMatch(text, /by SSH/);
  });
});
