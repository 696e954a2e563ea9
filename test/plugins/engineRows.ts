import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { connectionTo, type Row } from "./bench";
import type { Declared } from "./stackBench";

/** What only the real engine shows: state, secrets, steps of an operation. */
export const engineRows: readonly Row[] = [
  {
    plugin: "command",
    name: "engine: the connection is secret in the state, the outputs are not",
    run: async (bench) => {
      const [stack, sshd] = [await bench.stack(), await bench.sshd()];
      const args = {
        connection: connectionTo(sshd),
        create: "cat >&2; echo seen",
        stdin: "hidden",
      };
      const sdk = "command.remote.Command";
      stack.declare([{ sdk, name: "c", args: { ...args, logging: "none" }, secret: ["stdin"] }]);
      const up = await stack.cli.up();
      assert.equal(up.code, 0, up.stdout + up.stderr);
      const text = stack.stateText();
      const secretLine = sshd.privateKey.split("\n")[1] ?? "";
      assert.ok(secretLine.length > 40 && !text.includes(secretLine));
      const [state] = resources(text, "command:remote:Command");
      assert.equal(state?.outputs["stdout"], "seen");
      assert.equal(state?.outputs["stderr"], "hidden");
      assert.deepEqual(sealed(state), ["connection", "stdin"]);
      const before = sshd.connections();
      const again = await stack.cli.up({ args: ["--expect-no-changes"] });
      assert.equal(again.code, 0, again.stdout + again.stderr);
      assert.equal(sshd.connections(), before);
    },
  },
  {
    plugin: "command",
    name: "engine: a failing create leaves nothing and its error is shown; then triggers replace",
    run: async (bench) => {
      const stack = await bench.stack();
      const log = bench.path("log");
      const sdk = "command.local.Command";
      stack.declare([{ sdk, name: "c", args: { create: "echo why; exit 7" } }]);
      const failed = await stack.cli.up();
      assert.notEqual(failed.code, 0);
      const message = failed.errors.map((error) => error.message).join("\n");
      assert.match(message, /exit status 7: running "echo why; exit 7":\nwhy/);
      assert.deepEqual(resources(stack.stateText(), "command:local:Command"), []);
      for (const trigger of ["a", "b"]) {
        const create = `echo ${trigger} >> ${log}`;
        stack.declare([{ sdk, name: "c", args: { create, triggers: [trigger] } }]);
        const up = await stack.cli.up();
        assert.equal(up.code, 0, up.stdout + up.stderr);
      }
      assert.equal(readFileSync(log, "utf8"), "a\nb\n");
      const [state] = resources(stack.stateText(), "command:local:Command");
      assert.deepEqual(state?.outputs["triggers"], ["b"]);
    },
  },
  {
    plugin: "command",
    name: "engine: an error of 200 kB arrives whole; a preview runs nothing",
    run: async (bench) => {
      const stack = await bench.stack();
      const log = bench.path("log");
      const create = `echo ran >> ${log}; yes | head -c 200000; exit 1`;
      const args = { create, logging: "none" };
      stack.declare([{ sdk: "command.local.Command", name: "c", args }]);
      const preview = await stack.cli.preview();
      assert.equal(preview.code, 0, preview.stdout + preview.stderr);
      assert.throws(() => readFileSync(log), /ENOENT/);
      const failed = await stack.cli.up();
      assert.equal(readFileSync(log, "utf8"), "ran\n");
      const messages = failed.errors.map((error) => error.message);
      assert.ok(messages.some((message) => message.includes("y\n".repeat(100_000).trim())));
    },
  },
  {
    plugin: "command",
    name: "engine: an ignored input stays for a resource's life; who replaces it has the present one",
    run: async (bench) => {
      const stack = await bench.stack();
      const log = bench.path("log");
      const up = async (name: string, trigger: string, ...args: string[]): Promise<void> => {
        const inputs = { create: `echo $NAME >> ${log}`, environment: { NAME: name } };
        const ignored = { ignoreChanges: ["environment"] };
        const sdk = "command.local.Command";
        stack.declare([{ sdk, name: "c", args: { ...inputs, triggers: [trigger] }, ...ignored }]);
        const { code, stdout, stderr } = await stack.cli.up({ args });
        assert.equal(code, 0, stdout + stderr);
      };
      await up("first", "a");
      await up("second", "a", "--expect-no-changes");
      await up("third", "b");
      await up("fourth", "b", "--replace", "**::c");
      await up("fifth", "b", "--expect-no-changes");
      assert.equal(readFileSync(log, "utf8"), "first\nthird\nfourth\n");
    },
  },
  {
    plugin: "postgresql",
    name: "engine: provider, extension, no change, refresh of a dropped one; no password in clear",
    run: async (bench) => {
      const [stack, server] = [await bench.stack(), await bench.postgres()];
      const { host, port, superuser } = server;
      const login = { username: superuser.user, password: superuser.password, sslmode: "disable" };
      const settings = {
        ...{ host, port, superuser: false },
        connectTimeout: 15,
        maxConnections: 4,
      };
      const provider = { sdk: "postgresql.Provider", name: "p", args: { ...login, ...settings } };
      const extension: Declared = {
        ...{ sdk: "postgresql.Extension", name: "e", provider: "p" },
        args: { name: "hstore", database: "postgres" },
      };
      stack.declare([provider, extension]);
      const up = await stack.cli.up();
      assert.equal(up.code, 0, up.stdout + up.stderr);
      assert.ok(!`${stack.stateText()}${up.stdout}${up.stderr}`.includes(superuser.password));
      const before = server.connections();
      const again = await stack.cli.up({ args: ["--expect-no-changes"] });
      assert.equal(again.code, 0, again.stdout + again.stderr);
      assert.equal(server.connections(), before);
      await server.query("postgres", "DROP EXTENSION hstore");
      const refresh = await stack.cli.refresh();
      assert.equal(refresh.code, 0, refresh.stdout + refresh.stderr);
      assert.deepEqual(resources(stack.stateText(), extensionType), []);
      const repaired = await stack.cli.up();
      assert.equal(repaired.code, 0, repaired.stdout + repaired.stderr);
      assert.equal(resources(stack.stateText(), extensionType).length, 1);
      const found = "SELECT extname FROM pg_extension WHERE extname = 'hstore'";
      assert.deepEqual(await server.query("postgres", found), [["hstore"]]);
      const destroyed = await stack.cli.destroy();
      assert.equal(destroyed.code, 0, destroyed.stdout + destroyed.stderr);
      assert.deepEqual(await server.query("postgres", found), []);
    },
  },
];

const extensionType = "postgresql:index/extension:Extension";

interface StateResource {
  readonly type: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** The resources of a type in a state file. */
function resources(text: string, type: string): StateResource[] {
  const state = JSON.parse(text) as {
    checkpoint: { latest: { resources?: (StateResource & { outputs?: object })[] } };
  };
  return (state.checkpoint.latest.resources ?? []).filter((resource) => resource.type === type);
}

/** Names of the outputs that are stored as secrets. */
function sealed(resource: StateResource | undefined): string[] {
  return Object.entries(resource?.outputs ?? {})
    .filter(([, value]) => JSON.stringify(value).includes('"ciphertext"'))
    .map(([key]) => key)
    .sort();
}
