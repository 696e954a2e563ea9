import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parse } from "yaml";
import { firstBoot } from "../../components/infrastructure/aws/firstBoot";
import { projectRoot } from "../../config/root";
import { isRecord } from "./answers";
import { type Given, OPERATOR, stackConfig } from "./configuration";
import { find } from "./find";
import { type Graph, runProgram } from "./harness";
import { readScript, readValues } from "./script";
import { partsOf } from "./sources";

const HOST = "components/host/scripts";
const PHASES = "components/bootstrap/scripts";
const OWN = "components/elastic/scripts";
const AT = "/usr/local/lib/antares/elastic";

const run = (given: Given = {}): Promise<Graph> => {
  const all = { ...OPERATOR, elastic: { max: 4, baked: true }, ...given };
  return runProgram({ config: stackConfig("dev", all), preview: false });
};

/** What cloud-init is given for the machines of a resource, as it is on the wire. */
function userDataOf(graph: Graph, name: string): string {
  const { type, inputs } = find(graph, name);
  const text = String(inputs["userData"]);
  return type.includes("launchTemplate") ? Buffer.from(text, "base64").toString() : text;
}

/** Files that a machine has after its first boot, by path. */
function filesOf(graph: Graph, name: string): Readonly<Record<string, string>> {
  const config: unknown = parse(userDataOf(graph, name));
  assert.ok(isRecord(config) && Array.isArray(config["write_files"]));
  const files = config["write_files"].map((file: unknown): [string, string] => {
    assert.ok(isRecord(file));
    const packed = Buffer.from(String(file["content"]), "base64");
    return [String(file["path"]), gunzipSync(packed).toString()];
  });
  return Object.fromEntries(files);
}

const source = (path: string): string => readFileSync(join(projectRoot, path), "utf8");

/** What mounts the share; every script that needs it has all of it. */
const MOUNT = [
  `${HOST}/packages.sh`,
  ...["daemons", "tunnel", "efs", "mount"].map((name) => `${PHASES}/${name}.sh`),
];

/** A name of this length that packing makes no shorter than its digits are. */
const unpackable = (of: string, length: number): string =>
  Array.from({ length: Math.ceil(length / 64) }, (_, i) =>
    createHash("sha256").update(`${of}${i}`).digest("hex"),
  )
    .join("")
    .slice(0, length);

describe("what nodes that come and go are sent", () => {
  let graph: Graph = { resources: [], listeners: [] };
  let node: Readonly<Record<string, string>> = {};
  let builder = node;
  before(async () => {
    graph = await run();
    node = filesOf(graph, "elastic-baked-template");
    builder = filesOf(graph, "elastic-image-builder");
  });

  it("makes a node of a bare host by frame, way to the share, and recipe", () => {
    const { text } = readScript(node[`${AT}/enter`] ?? "");
    assert.deepEqual(partsOf(text), [`${HOST}/lib.sh`, ...MOUNT, `${PHASES}/node.sh`]);
  });

  it("begins with the agent, then the boot, and has beside them what they use", () => {
    const boot = node[`${AT}/boot`] ?? "";
    const { values, text } = readValues(boot.replace(/^#!.*\n/, ""));
    assert.deepEqual(values, {
      AGENT_SOURCE: "https://s3.us-east-1.amazonaws.com/amazon-ssm-us-east-1",
    });
    assert.deepEqual(partsOf(text), [`${OWN}/ssm-agent.sh`, `${OWN}/boot.sh`]);
    const { [`${AT}/enter`]: _enter, [`${AT}/boot`]: _boot, ...others } = node;
    const settings = { region: "us-east-1", group: "name-of-aws-elastic-role" };
    const hooks = { join: "antares-join", leave: "antares-leave" };
    assert.deepEqual(others, {
      [`${AT}/lifecycle.py`]: source(`${OWN}/lifecycle.py`),
      "/etc/systemd/system/antares-elastic.service": source(`${OWN}/antares-elastic.service`),
      "/etc/antares/elastic.json": `${JSON.stringify({ ...settings, ...hooks })}\n`,
    });
  });

  it("begins as the first boot of master and fixed nodes, which have nothing else", () => {
    for (const name of ["aws-instances-master", "aws-instances-node1", "aws-instances-node2"]) {
      assert.equal(userDataOf(graph, name), firstBoot());
      for (const own of ["elastic-baked-template", "elastic-image-builder"]) {
        assert.ok(userDataOf(graph, own).startsWith(firstBoot()));
      }
    }
  });

  it("is run again by Systems Manager as the very text of the first boot, and tells the group", () => {
    const { content } = find(graph, "elastic-join-document").inputs;
    assert.deepEqual(JSON.parse(String(content)), {
      schemaVersion: "2.2",
      description: "Makes an antares node of an instance, or brings it up to date",
      mainSteps: [
        {
          action: "aws:runShellScript",
          name: "join",
          inputs: {
            timeoutSeconds: "1500",
            runCommand: [
              `bash --norc -s <<'END_OF_ANTARES_JOIN' && python3 ${AT}/lifecycle.py complete join`,
              node[`${AT}/enter`],
              "END_OF_ANTARES_JOIN",
            ],
          },
        },
      ],
    });
  });

  it("has in the image's builder the way to the share that a node has, and the software", () => {
    assert.deepEqual(Object.keys(builder), [`${AT}/build`, `${AT}/bake`]);
    const build = readValues((builder[`${AT}/build`] ?? "").replace(/^#!.*\n/, ""));
    assert.deepEqual(
      [build.values, partsOf(build.text)],
      [{ SHARE: "/srv/antares" }, [`${OWN}/builder.sh`]],
    );
    const { text } = readScript(builder[`${AT}/bake`] ?? "");
    const frame = ["lib", "tools", "service-user"].map((name) => `${HOST}/${name}.sh`);
    const own = ["install", "bake"].map((name) => `${PHASES}/${name}.sh`);
    assert.deepEqual(partsOf(text), [...frame, ...MOUNT, ...own]);
  });

  it("is smaller than AWS takes with the longest names, counted as AWS does: before base64", async () => {
    const path = (of: string): string => `/${unpackable(of, 1023)}`;
    const longest = await run({
      network: { region: "ap-northeast-1", sshFrom: ["203.0.113.0/24"] },
      share: { path: path("share"), encryptInTransit: "true" },
      service: { user: `a${unpackable("user", 31)}`, home: path("home") },
      software: {
        source: path("source"),
        debianMirror: `https://mirror.example.org${path("mirror")}`,
      },
    });
    for (const name of ["elastic-baked-template", "elastic-image-builder"]) {
      const size = Buffer.byteLength(userDataOf(longest, name));
      assert.ok(size < 16_384, `${name}: ${size} bytes`);
    }
    // What runs the join again is a document of Systems Manager, which may have 64 KB.
    const { content } = find(longest, "elastic-join-document").inputs;
    const size = Buffer.byteLength(String(content));
    assert.ok(size > 1024 && size < 65_536, `the document: ${size} bytes`);
  });
});
