import assert from "node:assert/strict";
import { parsePreflight, preflightScript } from "../../../providers/host/preflight";

describe("preflight", () => {
  it("puts the values before the script, quoted", () => {
    const script = preflightScript("check", {
      service: { user: "o'neill", uid: 5000 },
      space: [
        { path: "/srv/a b", mib: 10 },
        { path: "/home", mib: 20 },
      ],
      databasePort: 5433,
    });
    const prelude = script.slice(0, script.indexOf("#!"));
    assert.equal(
      prelude,
      [
        "MODE='check'",
        "SERVICE_USER='o'\\''neill'",
        "SERVICE_UID='5000'",
        "SPACE='10 /srv/a b\n20 /home'",
        "PYTHON=''",
        "DATABASE_PORT='5433'",
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
