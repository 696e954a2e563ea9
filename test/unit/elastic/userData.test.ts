import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parse } from "yaml";
import { commandDocument } from "../../../components/elastic/rejoin";
import { builderData, type NodeSettings, userData } from "../../../components/elastic/userData";
import { firstBoot } from "../../../components/infrastructure/aws/firstBoot";
import { projectRoot } from "../../../config/root";

const SETTINGS: NodeSettings = {
  region: "eu-west-3",
  group: "the-group",
  enter: '{\necho "it\'s in"\n} </dev/null\n',
};

interface File {
  readonly path: string;
  readonly permissions: string;
  readonly encoding: string;
  readonly content: string;
}

interface CloudConfig {
  readonly manage_etc_hosts: boolean;
  readonly bootcmd: readonly (readonly string[])[];
  readonly write_files: readonly File[];
  readonly runcmd: readonly (readonly string[])[];
}

const FOLDER = "/usr/local/lib/antares/elastic";

describe("what an elastic node reads at its first boot", () => {
  const text = userData(SETTINGS);
  const config = parse(text) as CloudConfig;
  const contentOf = (path: string): string => {
    const file = config.write_files.find((one) => one.path === path);
    assert.ok(file);
    assert.equal(file.encoding, "gz+b64");
    return gunzipSync(Buffer.from(file.content, "base64")).toString();
  };

  it("is cloud-config with the first boot of every host in it", () => {
    assert.match(text, /^#cloud-config\n/);
    assert.equal(config.manage_etc_hosts, false);
    assert.deepEqual(config.bootcmd, (parse(firstBoot()) as CloudConfig).bootcmd);
    assert.deepEqual(Object.keys(config), ["manage_etc_hosts", "bootcmd", "write_files", "runcmd"]);
  });

  it("starts the one who says good-bye, then joins", () => {
    assert.deepEqual(config.runcmd, [
      ["systemctl", "enable", "--now", "antares-elastic"],
      [`${FOLDER}/boot`],
    ]);
    const modes = config.write_files.map(({ path, permissions }) => `${permissions} ${path}`);
    assert.deepEqual(modes, [
      `0755 ${FOLDER}/boot`,
      `0755 ${FOLDER}/enter`,
      `0644 ${FOLDER}/lifecycle.py`,
      "0644 /etc/systemd/system/antares-elastic.service",
      "0644 /etc/antares/elastic.json",
    ]);
  });

  it("tells the node its group, the hooks and the region's source of the agent", () => {
    assert.deepEqual(JSON.parse(contentOf("/etc/antares/elastic.json")), {
      region: "eu-west-3",
      group: "the-group",
      join: "antares-join",
      leave: "antares-leave",
    });
    assert.match(
      contentOf(`${FOLDER}/boot`),
      /^#!\/usr\/bin\/env bash\nAGENT_SOURCE='https:\/\/s3\.eu-west-3\.amazonaws\.com\/amazon-ssm-eu-west-3'\n/,
    );
    assert.equal(contentOf(`${FOLDER}/enter`), SETTINGS.enter);
  });

  it("begins on the image's builder as on every host", () => {
    const builder = parse(builderData({ share: "/srv/antares", bake: "true\n" })) as CloudConfig;
    assert.equal(builder.manage_etc_hosts, false);
    assert.deepEqual(builder.bootcmd, config.bootcmd);
  });

  it("is the same for the same settings", () => assert.equal(userData(SETTINGS), text));
});

describe("what a host on AWS reads at its first boot", () => {
  it("is its own name, and nothing that a fixed host would wait for", () => {
    const script = readFileSync(
      join(projectRoot, "components/infrastructure/aws/own-name.sh"),
      "utf8",
    );
    assert.deepEqual(parse(firstBoot()), {
      manage_etc_hosts: false,
      bootcmd: [["bash", "-c", script.replace("#!/usr/bin/env bash\n", "")]],
    });
    assert.match(firstBoot(), /^#cloud-config\n/);
  });
});

describe("the document that runs the join again", () => {
  it("hands the script to bash, whatever shell reads it, and has no parameters in it", () => {
    const content = commandDocument(SETTINGS.enter);
    const document = JSON.parse(content) as {
      readonly schemaVersion: string;
      readonly mainSteps: readonly {
        readonly action: string;
        readonly inputs: { readonly runCommand: readonly string[] };
      }[];
    };
    assert.equal(document.schemaVersion, "2.2");
    const [step, ...others] = document.mainSteps;
    assert.equal(others.length, 0);
    assert.equal(step?.action, "aws:runShellScript");
    assert.deepEqual(step.inputs.runCommand, [
      `bash --norc -s <<'END_OF_ANTARES_JOIN' && python3 ${FOLDER}/lifecycle.py complete join`,
      SETTINGS.enter,
      "END_OF_ANTARES_JOIN",
    ]);
  });

  /** How the document ends with a join, and what it says; python3 is one that repeats its words. */
  function done(enter: string, told: number): { status: number | null; stdout: string } {
    const document = JSON.parse(commandDocument(enter)) as {
      readonly mainSteps: readonly [{ readonly inputs: { readonly runCommand: string[] } }];
    };
    const commands = document.mainSteps[0].inputs.runCommand.join("\n");
    const python3 = `python3() { echo "$*"; return ${told}; }`;
    return spawnSync("dash", ["-c", `${python3}\n${commands}`], {
      encoding: "utf8",
      timeout: 10_000,
    });
  }

  it("tells the group of a node that has joined, which may wait for it no longer than an hour", () => {
    const complete = `${FOLDER}/lifecycle.py complete join\n`;
    const joined = done("echo joined\n", 0);
    assert.deepEqual([joined.status, joined.stdout], [0, `joined\n${complete}`]);
    assert.equal(done("echo joined\n", 1).status, 1);
    const failed = done("echo no share\nexit 3\n", 0);
    assert.deepEqual([failed.status, failed.stdout], [3, "no share\n"]);
  });
});
