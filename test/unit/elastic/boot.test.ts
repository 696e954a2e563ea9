import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parse } from "yaml";
import { userData } from "../../../components/elastic/userData";
import { type Finished, runCommand } from "../../../rehearsal/engine/process";

/** The boot program as a node gets it. */
function bootProgram(): string {
  const text = userData({ region: "eu-west-3", group: "g", enter: "" });
  const { write_files: files } = parse(text) as {
    readonly write_files: readonly { readonly path: string; readonly content: string }[];
  };
  const boot = files.find(({ path }) => path.endsWith("/boot"));
  return gunzipSync(Buffer.from(boot?.content ?? "", "base64")).toString();
}

describe("the first boot of an elastic node", () => {
  let folder = "";
  let server: Server | undefined;
  let source = "";

  before(async () => {
    server = createServer((request, response) => {
      const isThere = request.url === "/latest/debian_amd64/amazon-ssm-agent.deb";
      response.writeHead(isThere ? 200 : 404).end("a package");
    });
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    const at = server.address();
    assert.ok(typeof at === "object" && at !== null);
    source = `http://127.0.0.1:${at.port}`;
  });
  after(() => server?.close());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "boot-"));
    mkdirSync(join(folder, "bin"));
    place(
      "lifecycle.py",
      `import sys; open("${folder}/log", "a").write(f"told {sys.argv[1:]}\\n")\n`,
    );
    place("bin/systemctl", "#!/bin/sh\nexit 1\n");
    place(
      "bin/apt-get",
      `#!/bin/sh\nfor last; do :; done\necho "$(cat "$last") installed" >>${folder}/log\n`,
    );
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const place = (name: string, text: string): void => {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  };
  const log = (): string[] => readFileSync(join(folder, "log"), "utf8").trim().split("\n");

  /** Joins at the given try; earlier ones fail. */
  const joinsAt = (attempt: number): void =>
    place(
      "enter",
      `echo tried >>${folder}/log\n[ "$(grep -c tried ${folder}/log)" -ge ${attempt} ]\n`,
    );

  function boot(from: string, patience = "60"): Promise<Finished> {
    place("boot", bootProgram().replace(/^AGENT_SOURCE=.*$/m, `AGENT_SOURCE='${from}'`));
    return runCommand({
      command: join(folder, "boot"),
      args: [],
      cwd: folder,
      env: {
        PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`,
        PAUSE_SECONDS: "0.01",
        BOOT_SECONDS: patience,
      },
      limitSeconds: 30,
    });
  }

  it("installs the agent, joins, and tells the group", async () => {
    joinsAt(1);
    assert.equal((await boot(source)).code, 0);
    assert.deepEqual(log(), ["a package installed", "tried", "told ['complete', 'join']"]);
  });

  it("joins without the agent where there is none", async () => {
    joinsAt(1);
    const done = await boot(`${source}/elsewhere`);
    assert.equal(done.code, 0);
    assert.match(done.stdout, /agent of Systems Manager was not installed/);
    assert.deepEqual(log(), ["tried", "told ['complete', 'join']"]);
  });

  it("joins where the agent is there, but cannot be installed, or is there already", async () => {
    joinsAt(1);
    place("bin/apt-get", "#!/bin/sh\nexit 100\n");
    assert.equal((await boot(source)).code, 0);
    place("bin/systemctl", "#!/bin/sh\nexit 0\n");
    assert.doesNotMatch((await boot(source)).stdout, /was not installed/);
    assert.deepEqual(log().length, 4);
  });

  it("tries again what fails", async () => {
    joinsAt(3);
    assert.equal((await boot(source)).code, 0);
    const expected = [
      "a package installed",
      "tried",
      "tried",
      "tried",
      "told ['complete', 'join']",
    ];
    assert.deepEqual(log(), expected);
  });

  it("says what is wrong and tells the group nothing where it cannot join in time", async () => {
    joinsAt(1000);
    const done = await boot(source, "1");
    assert.equal(done.code, 1);
    assert.match(done.stdout, /this host is no node yet/);
    assert.ok(!log().some((line) => line.startsWith("told")));
  });
});
