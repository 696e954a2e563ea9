import assert from "node:assert/strict";
import { isRecord } from "./answers";
import { type Given, OPERATOR, stackConfig, variants } from "./configuration";
import { differences } from "./differences";
import { ancestors, find } from "./find";
import { type Graph, runProgram } from "./harness";
import { faults } from "./rules";
import { readScript } from "./script";

const run = (given: Given = {}): Promise<Graph> =>
  runProgram({ config: stackConfig("dev", { ...OPERATOR, ...given }), preview: false });

const text = (graph: Graph, name: string, key: string): string =>
  String(find(graph, name).inputs[key]);

/** The statements of a right, as `action on resource` lines. */
function rights(graph: Graph, name: string): string[] {
  const document: unknown = JSON.parse(text(graph, name, "policy"));
  const statements = isRecord(document) ? document["Statement"] : undefined;
  return [statements].flat().flatMap((statement) => {
    if (!isRecord(statement)) return [];
    const on = [statement["Resource"]].flat().join(" ");
    return [statement["Action"]].flat().map((action) => `${String(action)} on ${on}`);
  });
}

const INSTANCES = "arn:aws:ec2:us-east-1:123456789012:instance/*";
const SSM = "arn:aws:ssm:us-east-1:123456789012";
const GROUP = "name-of-aws-elastic-role";

describe("nodes that come and go", () => {
  let dev: Graph = { resources: [], listeners: [] };
  before(async () => {
    dev = await run();
  });

  it("are not there where none may be", async () => {
    const { resources } = await run({ elastic: { max: 0 } });
    const theirs = resources.filter(({ name }) => /^(aws-)?elastic/.test(name));
    assert.deepEqual(theirs, []);
  });

  it("are as many as the configuration says, and others may change that", async () => {
    const graph = await run({ elastic: { min: 1, desired: 2, max: 5 } });
    const { inputs, options } = find(graph, "elastic-group");
    const { minSize, desiredCapacity, maxSize } = inputs;
    assert.deepEqual([minSize, desiredCapacity, maxSize], [1, 2, 5]);
    assert.deepEqual(options["ignoreChanges"], ["desiredCapacity"]);
  });

  it("begin when recipe, scheduler, rights and ways are there, and wait for no other node", () => {
    const before = [...ancestors(dev, find(dev, "elastic-group"))].map(({ name }) => name);
    for (const needed of [
      "bootstrap-recipe",
      "bootstrap-scheduler",
      "elastic-lifecycle",
      "elastic-join-association",
      "aws-elastic-objects",
      "aws-network-private-a-out",
      "aws-share-target-b",
    ]) {
      assert.ok(before.includes(needed), needed);
    }
    assert.deepEqual(
      before.filter((name) => /node\d|join-node|acceptance/.test(name)),
      [],
    );
  });

  it("find the recipe on the share when it is run again", () => {
    for (const name of ["elastic-join-document", "elastic-join-association"]) {
      const before = [...ancestors(dev, find(dev, name))].map((one) => one.name);
      assert.ok(before.includes("bootstrap-recipe") && before.includes("bootstrap-scheduler"));
    }
  });

  it("may do what they do, and nothing else", () => {
    assert.deepEqual(rights(dev, "elastic-lifecycle"), [
      "autoscaling:CompleteLifecycleAction on " +
        `arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:*:autoScalingGroupName/${GROUP}`,
    ]);
    assert.deepEqual(rights(dev, "elastic-agent"), [
      `ssm:UpdateInstanceInformation on ${INSTANCES}`,
      `ssm:ListInstanceAssociations on ${INSTANCES}`,
      `ssm:PutComplianceItems on ${INSTANCES}`,
      `ssm:UpdateInstanceAssociationStatus on ${SSM}:association/id-of-elastic-join-association ${INSTANCES}`,
      `ssm:GetDocument on ${SSM}:document/name-of-elastic-join-document`,
      "ssmmessages:CreateControlChannel on *",
      "ssmmessages:OpenControlChannel on *",
      "ec2messages:AcknowledgeMessage on *",
      "ec2messages:DeleteMessage on *",
      "ec2messages:FailMessage on *",
      "ec2messages:GetEndpoint on *",
      "ec2messages:GetMessages on *",
      "ec2messages:SendReply on *",
    ]);
    const others = dev.resources.filter(
      ({ type, inputs }) =>
        type.startsWith("aws:iam/rolePolicy") && inputs["role"] === "name-of-aws-host-role",
    );
    assert.deepEqual(
      others.map(({ name }) => name),
      ["aws-host-objects"],
    );
  });

  it("are found by tag and group, so that no other stack's node runs this stack's join", () => {
    assert.deepEqual(find(dev, "elastic-join-association").inputs["targets"], [
      { key: "tag:Type", values: ["Node-dask-sge"] },
      { key: "tag:aws:autoscaling:groupName", values: [GROUP] },
    ]);
    assert.equal(text(dev, "elastic-group", "name"), GROUP);
  });

  it("run at boot and again what the recipe's own node would, from a bare host on", () => {
    const document: unknown = JSON.parse(text(dev, "elastic-join-document", "content"));
    const [step] = isRecord(document) ? [document["mainSteps"]].flat() : [];
    const inputs = isRecord(step) && isRecord(step["inputs"]) ? step["inputs"] : {};
    const [, script] = [inputs["runCommand"]].flat();
    const { values } = readScript(String(script));
    const fixed = readScript(String(find(dev, "bootstrap-join-node1").inputs["stdin"])).values;
    assert.deepEqual(values, { ...fixed, NODE_NAME: "", ADMISSION: "awaited" });
    assert.equal(fixed["SHARE_SOURCE"], "dns-of-aws-share-files:/");
    // Systems Manager would put a parameter there.
    assert.doesNotMatch(String(script), /\{\{/);
  });

  it("are made of the configured image; of a newer one that was looked up, nothing changes", async () => {
    const image = "ami-0a1b2c3d4e5f60719";
    const given = find(await run({ compute: { image } }), "elastic-template");
    assert.equal(given.inputs["imageId"], image);
    assert.deepEqual(given.options["ignoreChanges"] ?? [], []);
    assert.deepEqual(find(dev, "elastic-template").options["ignoreChanges"], [
      "imageId",
      "blockDeviceMappings[0].deviceName",
    ]);
  });

  it("boot from the disk that is encrypted and as large as configured, as their image calls it", async () => {
    const image = "ami-0a1b2c3d4e5f60719";
    const ebs = { encrypted: "true", volumeType: "gp3", deleteOnTermination: "true" };
    const disks = (graph: Graph, template = "elastic-template"): unknown =>
      find(graph, template).inputs["blockDeviceMappings"];
    const config = stackConfig("dev", { ...OPERATOR, compute: { image, diskGib: 33 } });
    for (const preview of [false, true]) {
      assert.deepEqual(disks(await runProgram({ config, preview })), [
        { deviceName: "/dev/sda1", ebs: { ...ebs, volumeSize: 33 } },
      ]);
    }
    assert.deepEqual(disks(dev), [{ deviceName: "/dev/xvda", ebs: { ...ebs, volumeSize: 40 } }]);
    // One of their own has the disk of the image that it is made from, and is there after a preview only.
    const elastic = { max: 4, baked: true };
    const baked = stackConfig("dev", { ...OPERATOR, compute: { image }, elastic });
    for (const preview of [false, true]) {
      const graph = await runProgram({ config: baked, preview });
      assert.deepEqual(disks(graph, "elastic-baked-template"), [
        { deviceName: "/dev/sda1", ebs: { ...ebs, volumeSize: 40 } },
      ]);
      assert.deepEqual(find(graph, "elastic-baked-template").options["ignoreChanges"] ?? [], []);
    }
  });

  it("are the only ones whose image is asked for where it was given", async () => {
    // AWS tells nothing of this one: it may be gone long after hosts were made of it.
    const image = "ami-0a1b2c3d4e5f60710";
    const graph = await run({ compute: { image }, elastic: { max: 0 } });
    assert.equal(find(graph, "aws-instances-master").inputs["ami"], image);
    await assert.rejects(run({ compute: { image } }), /Your query returned no results/);
  });

  it("hear of another recipe by the document, and the group by its template only", async () => {
    const changed = await run({ service: { user: "other" } });
    const theirs = differences(dev, changed).changed.filter((name) => name.startsWith("elastic"));
    assert.deepEqual(theirs.sort(), ["elastic-join-document", "elastic-template"]);
  });

  it("read no secret: what a preview knows is what everybody may", async () => {
    const graph = await runProgram({ config: variants.prod, preview: false });
    const data = Buffer.from(text(graph, "elastic-template", "userData"), "base64").toString();
    assert.doesNotMatch(data, /PRIVATE KEY|generated-by/);
  });

  describe("from an image of their own", () => {
    let baked: Graph = { resources: [], listeners: [] };
    before(async () => {
      baked = await run({ elastic: { max: 4, baked: true } });
    });

    it("are made only when the master has seen its software finished on the share", () => {
      assert.deepEqual(faults(baked), []);
      assert.equal(
        find(baked, "elastic-baked-template").inputs["imageId"],
        "id-of-elastic-image-ami",
      );
      // Its builder keeps the image that was looked up for it, so the disk keeps its name.
      assert.deepEqual(find(baked, "elastic-baked-template").options["ignoreChanges"], [
        "blockDeviceMappings[0].deviceName",
      ]);
      // Without it the template is another: one of the same name would keep the image that goes.
      assert.ok(!baked.resources.some(({ name }) => name === "elastic-template"));
      const { values } = readScript(String(find(baked, "elastic-image-built").inputs["stdin"]));
      assert.deepEqual(values, {
        SHARE: "/srv/antares",
        BUILDER: "id-of-elastic-image-builder",
      });
      const before = [...ancestors(baked, find(baked, "elastic-image-ami"))];
      for (const needed of ["elastic-image-built", "bootstrap-software", "bootstrap-recipe"]) {
        assert.ok(before.map(({ name }) => name).includes(needed), needed);
      }
    });

    it("have a builder without rights and without an address outside, which rests afterwards", () => {
      const { inputs } = find(baked, "elastic-image-builder");
      assert.equal(inputs["iamInstanceProfile"], undefined);
      assert.equal(inputs["associatePublicIpAddress"], false);
      assert.equal(inputs["userDataReplaceOnChange"], true);
      const rest = find(baked, "elastic-image-rest");
      assert.equal(rest.inputs["state"], "stopped");
      assert.ok(rest.dependencies.some((urn) => urn.endsWith("::elastic-image-ami")));
      assert.equal(find(baked, "elastic-image-ami").inputs["snapshotWithoutReboot"], undefined);
    });

    it("come from another builder where the software is another one", async () => {
      const results = {
        software: { wheelhouse: "fedcba9876543210", archive: "0".repeat(64), antares: "0.5.0" },
      };
      const config = stackConfig("dev", { ...OPERATOR, elastic: { max: 4, baked: true } });
      const other = await runProgram({ config, preview: false, results });
      const { changed } = differences(baked, other);
      assert.ok(changed.includes("elastic-image-builder"));
      const same = await run({ elastic: { max: 4, baked: true }, antares: { debug: true } });
      assert.ok(!differences(baked, same).changed.includes("elastic-image-builder"));
    });
  });
});
