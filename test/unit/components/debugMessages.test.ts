import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { sendNoDebugMessages, type DebugLog } from "../../../components/debugMessages";
import { registered } from "../providers/registered";

const ofSdk: DebugLog = pulumi.log;

describe("debug messages of the SDK", () => {
  const option = "PULUMI_OPTION_DEBUG";
  const before = process.env[option];
  let sent: string[];
  let log: DebugLog;
  beforeEach(() => {
    sent = [];
    log = { debug: (message) => Promise.resolve(void sent.push(message)) };
    delete process.env[option];
  });
  afterEach(() => {
    if (before === undefined) delete process.env[option];
    else process.env[option] = before;
  });

  it("are not sent", async () => {
    sendNoDebugMessages(log);
    await log.debug("Registering resource");
    assert.deepEqual(sent, []);
  });

  it("are sent where the option is set by its variable, and only then", async () => {
    for (const [value, expected] of [
      ["true", ["told"]],
      ["false", []],
      ["", []],
    ] as const) {
      sent.splice(0);
      process.env[option] = value;
      const asked: DebugLog = { ...log };
      sendNoDebugMessages(asked);
      await asked.debug("told");
      assert.deepEqual(sent, expected, value);
    }
  });

  it("would be sent through what is set here by the version that is pinned", async () => {
    const { debug } = ofSdk;
    ofSdk.debug = (message) => Promise.resolve(void sent.push(message));
    try {
      await registered(() => new pulumi.ComponentResource("my:x:Y", "name"));
    } finally {
      ofSdk.debug = debug;
    }
    const steps = sent.filter((message) => message.includes("my:x:Y")).map(ofStep);
    assert.deepEqual(steps.slice(0, 3), [
      "Registering resource",
      "RegisterResource RPC prepared",
      "RegisterResource RPC finished",
    ]);
  });
});

function ofStep(message: string): string {
  return message.replace(/:.*/s, "");
}
