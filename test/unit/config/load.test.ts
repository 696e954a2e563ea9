import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ConfigError } from "../../../config/fault";
import { loadConfig } from "../../../config/load";
import { SOURCE } from "./fixture";

// Asked once outside the tests: the SDK makes its global store at the first call, and mocha would
// report it as leaked by the test that came first.
const before = pulumi.runtime.allConfig();
const software = JSON.stringify({ source: SOURCE });

describe("loading the stack's configuration", () => {
  afterEach(() => pulumi.runtime.setAllConfig(before));

  it("hands on settings as they are and secrets as secret outputs", async () => {
    pulumi.runtime.setAllConfig(
      { "antares:software": software, "antares:databasePassword": "abc123", "aws:region": "x" },
      ["antares:databasePassword"],
    );
    const config = loadConfig();
    assert.equal(config.share.path, "/srv/antares");
    assert.deepEqual(Object.keys(config.secrets), ["databasePassword"]);
    const password = config.secrets.databasePassword;
    assert.ok(password !== undefined);
    assert.equal(await pulumi.isSecret(password), true);
    const clear = await new Promise((resolve) => pulumi.unsecret(password).apply(resolve));
    assert.equal(clear, "abc123");
  });

  it("throws what Pulumi shows without a stack trace", () => {
    pulumi.runtime.setAllConfig({ "antares:software": software, "antares:databasePassword": "x" });
    assert.throws(
      () => loadConfig(),
      (error) => {
        assert.ok(error instanceof ConfigError);
        assert.ok(pulumi.RunError.isInstance(error));
        assert.deepEqual(
          error.faults.map((fault) => fault.path),
          ["antares:databasePassword"],
        );
        return true;
      },
    );
  });
});
