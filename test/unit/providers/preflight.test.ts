import assert from "node:assert/strict";
import { judgeClock } from "../../../providers/host/clock";
import { parsePreflight, preflightScript } from "../../../providers/host/preflight";

describe("preflight", () => {
  it("puts the values before the script, quoted", () => {
    const script = preflightScript("check", {
      service: { user: "o'neill", uid: 5000 },
      space: [
        { path: "/srv/a b", mib: 10 },
        { path: "/home", mib: 20 },
      ],
      ports: [
        { port: 5433, program: "postgresql" },
        { port: 6445, program: "execd" },
      ],
      scheduler: "node",
      share: { kind: "nfs", path: "/srv/s", source: "nfs:/e", options: "hard,_netdev" },
    });
    const prelude = script.slice(0, script.indexOf("\n# "));
    assert.equal(
      prelude,
      [
        "MODE='check'",
        "SERVICE_USER='o'\\''neill'",
        "SERVICE_UID='5000'",
        "SPACE='10 /srv/a b\n20 /home'",
        "PYTHON=''",
        "PORTS='5433 /postgresql/[0-9]+/antares/ database.port\n6445 sge_execd Grid Engine'",
        "SCHEDULER='node'",
        "SHARE_KIND='nfs'",
        "SHARE_PATH='/srv/s'",
        "SHARE_SOURCE='nfs:/e'",
        "SHARE_OPTIONS='hard,_netdev'",
        "",
      ].join("\n"),
    );
    assert.match(script, /main <\/dev\/null\n$/);
  });

  it("reads facts, faults and warnings", () => {
    const output = [
      "fact identity 0123456789abcdef0123456789abcdef",
      "fact fqdn node1.example",
      "fact distribution debian 12",
      "fact python ",
      "fault needs root: log in",
      "warning is other",
      "end ",
      "",
    ].join("\n");
    assert.deepEqual(parsePreflight(output), {
      facts: {
        identity: "0123456789abcdef0123456789abcdef",
        fqdn: "node1.example",
        distribution: "debian 12",
        python: "",
      },
      faults: ["needs root: log in"],
      warnings: ["is other"],
    });
  });

  it("does not take a cut-off output for a pass", () => {
    assert.equal(parsePreflight("fact identity 01\nfact fqdn a\n"), undefined);
    assert.equal(parsePreflight(""), undefined);
  });
});

describe("the clock of a host", () => {
  // Asked at 100 s, answered 2 s later: the host read it somewhere between.
  const ours = { asked: 100_000, answered: 102_000 };
  const fault = (text: string): string[] => [
    `has a clock that is ${text} the deployer's (5 s at most): let both follow the same time servers`,
  ];

  it("may be wrong by what cannot be told from the way, and 5 s", () => {
    for (const seconds of [95, 101, 107]) assert.deepEqual(judgeClock(seconds, ours), []);
    assert.deepEqual(judgeClock(107.1, ours), fault("6 s ahead of"));
    assert.deepEqual(judgeClock(94.9, ours), fault("6 s behind"));
    assert.deepEqual(judgeClock(0, ours), fault("101 s behind"));
  });

  it("is a fault where it cannot be read", () => {
    assert.deepEqual(judgeClock(Number.parseFloat("date: not found"), ours), [
      "has a clock that cannot be read with `date`",
    ]);
  });
});
