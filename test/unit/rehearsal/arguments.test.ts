import assert from "node:assert/strict";
import { parseRequest, usage, UsageError } from "../../../rehearsal/run/arguments";

describe("the words of a rehearsal", () => {
  it("may be none: the stack local, nothing kept", () => {
    const options = { stack: "local", config: [], keep: false };
    assert.deepEqual(parseRequest([]), { kind: "rehearse", options });
  });

  it("may be all, in any order", () => {
    const words = [
      "--keep",
      "--config",
      "antares:software.source=/a=b",
      "dev",
      "--report",
      "r.json",
    ];
    const more = ["--config-file", "c.yaml", "--config", "aws:region=", "--nodes", "16"];
    assert.deepEqual(parseRequest([...words, ...more]), {
      kind: "rehearse",
      options: {
        stack: "dev",
        config: [
          { key: "antares:software.source", value: "/a=b" },
          { key: "aws:region", value: "" },
        ],
        keep: true,
        configFile: "c.yaml",
        report: "r.json",
        nodes: 16,
      },
    });
  });

  it("exec passes the command on as it is, options too", () => {
    const words = ["exec", "local", "master", "ls", "--keep", "-l"];
    const expected = { kind: "exec", stack: "local", host: "master", command: words.slice(3) };
    assert.deepEqual(parseRequest(words), expected);
  });

  it("stop takes one stack", () => {
    assert.deepEqual(parseRequest(["stop", "local"]), { kind: "stop", stack: "local" });
  });

  it("help is asked for", () => {
    assert.deepEqual(parseRequest(["--help"]), { kind: "help" });
  });

  const wrong: readonly [readonly string[], string][] = [
    [["exec"], "exec needs a stack, a host and a command"],
    [["exec", "local", "master"], "exec needs a stack, a host and a command"],
    [["stop"], "expected: stop STACK"],
    [["stop", "a", "b"], "expected: stop STACK"],
    [["a", "b"], "one stack at a time: a b"],
    ...["0", "201", "-1", "2.5", "three", ""].map((text): [readonly string[], string] => [
      [`--nodes=${text}`],
      `--nodes takes a number from 1 to 200: ${text}`,
    ]),
    ...["software.source=x", "antares:a", "=x", "antares:=x"].map(
      (text): [readonly string[], string] => [
        ["--config", text],
        `--config takes KEY=VALUE with a full key (antares:software.source=DIR): ${text}`,
      ],
    ),
  ];
  for (const [words, message] of wrong) {
    it(`are refused: ${words.join(" ")}`, () => {
      const expected = { name: "UsageError", message: `${message}\n\n${usage}` };
      assert.throws(() => parseRequest(words), expected);
    });
  }

  it("are refused with the reason of the parser where an option is unknown", () => {
    assert.throws(
      () => parseRequest(["--kep"]),
      (error) => error instanceof UsageError && error.message.startsWith("Unknown option '--kep'"),
    );
  });
});
