import assert from "node:assert/strict";
import { isAws } from "../awsAnswers";
import { type Graph, runProgram } from "../harness";
import { linked } from "./references";
import { rows } from "./rows";
import { stacks } from "./stacks";
import { templateOf, unknownTypes } from "./template";

describe("what is made on AWS, as CloudFormation has it", () => {
  const graphs: Graph[] = [];
  before(async () => {
    for (const config of Object.values(stacks)) {
      graphs.push(await runProgram({ config, preview: false }));
    }
  });

  it("has a row for every type, and no row for what is not made", () => {
    assert.deepEqual(graphs.flatMap(unknownTypes), []);
    const made = new Set(graphs.flatMap(({ resources }) => resources.map(({ type }) => type)));
    assert.deepEqual(
      Object.keys(rows).filter((type) => !made.has(type)),
      [],
    );
    assert.deepEqual(
      [...made].filter((type) => isAws(type) && !(type in rows)),
      ["pulumi:providers:aws"],
    );
  });

  it("refuses a type without a row, and a reference that leads nowhere", () => {
    const [graph] = graphs;
    assert.ok(graph);
    const [vpc] = graph.resources.filter(({ name }) => name === "aws-network-vpc");
    assert.ok(vpc);
    const with_ = (more: object): Graph => ({ ...graph, resources: [{ ...vpc, ...more }] });
    const fleet = with_({ type: "aws:ec2/fleet:Fleet" });
    assert.deepEqual(unknownTypes(fleet), ["aws:ec2/fleet:Fleet"]);
    assert.throws(
      () => templateOf(fleet),
      /^Error: aws:ec2\/fleet:Fleet has no row .*: aws-network-vpc$/,
    );
    const lost = with_({ inputs: { instanceTenancy: "id-of-nobody" } });
    assert.throws(() => templateOf(lost), /^Error: nothing is called nobody$/);
  });

  it("writes tags, parts and references as they are there", () => {
    const { Resources } = templateOf(graphs[0] ?? assert.fail());
    assert.deepEqual(Resources["AwsNetworkPrivateA"], {
      Type: "AWS::EC2::Subnet",
      Properties: {
        AvailabilityZone: "us-east-1a",
        CidrBlock: "10.20.0.0/18",
        Tags: [{ Key: "Name", Value: "antares-dev-private-a" }],
        VpcId: { Ref: "AwsNetworkVpc" },
      },
    });
    assert.deepEqual(Resources["AwsBucketData"]?.Properties["VersioningConfiguration"], {
      Status: "Enabled",
    });
  });

  it("refers to what stands alone, and to what is inside of a text", () => {
    const attribute = ({ output, of }: { output: string; of: string }): string =>
      output === "id" ? of : `${of}.${output}`;
    assert.deepEqual(linked("id-of-vpc", attribute), { Ref: "vpc" });
    assert.deepEqual(linked("public-ip-of-eip", attribute), { "Fn::GetAtt": ["eip", "public-ip"] });
    assert.deepEqual(linked("arn:aws:service:region:123456789012:b/${x}", attribute), {
      "Fn::Sub": "${b.arn}/${!x}",
    });
    assert.equal(linked("ssh-ed25519 of aws-key", attribute), "ssh-ed25519 of aws-key");
  });
});
