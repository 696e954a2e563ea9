import { asRecord, isRecord } from "../answers";
import { capitals, tagList } from "./forms";
import type { Absent, Properties, Row } from "./row";

const data = (properties: Properties): Properties => ({ LaunchTemplateData: properties });

/** An input that is part of what the template's instances are made of. */
const ofInstances =
  (name: string, names: Readonly<Record<string, string>> = {}) =>
  (value: unknown): Properties =>
    data({ [name]: capitals(value, names) });

/** A document without the script in it, whose addresses only hosts can resolve. */
function withoutScript(text: unknown): Properties {
  const document: unknown = JSON.parse(String(text), (key, value: unknown) =>
    key === "runCommand" ? ["the script"] : value,
  );
  return { Content: document };
}

/** Nodes that come and go. */
export const elasticRows: Readonly<Record<string, Row | Absent>> = {
  "aws:ec2/launchTemplate:LaunchTemplate": {
    type: "AWS::EC2::LaunchTemplate",
    named: "LaunchTemplateName",
    names: { description: "VersionDescription" },
    forms: {
      blockDeviceMappings: ofInstances("BlockDeviceMappings"),
      iamInstanceProfile: ofInstances("IamInstanceProfile"),
      // One of our own is not there.
      imageId: (id) => data({ ImageId: /^ami-/.test(String(id)) ? id : "ami-0a1b2c3d4e5f60718" }),
      instanceType: ofInstances("InstanceType"),
      keyName: ofInstances("KeyName"),
      metadataOptions: ofInstances("MetadataOptions"),
      networkInterfaces: ofInstances("NetworkInterfaces", { securityGroups: "Groups" }),
      privateDnsNameOptions: ofInstances("PrivateDnsNameOptions"),
      userData: ofInstances("UserData"),
      tagSpecifications: (list) => {
        const all = (Array.isArray(list) ? list : []).filter(isRecord);
        const tagged = all.map(({ tags, ...rest }) => {
          return { ...asRecord(capitals(rest)), Tags: tagList(tags) };
        });
        return data({ TagSpecifications: tagged });
      },
      tags: (tags) => ({
        TagSpecifications: [{ ResourceType: "launch-template", Tags: tagList(tags) }],
      }),
    },
    without: { updateDefaultVersion: "there another step; the group names its version" },
    wrong: { inputs: { metadataOptions: { httpTokens: "maybe" } }, rule: "E3030" },
  },
  "aws:ec2/amiFromInstance:AmiFromInstance": {
    absent: "CloudFormation makes no images of machines; the plugin does it by a call to EC2",
  },
  "aws:ec2transitgateway/instanceState:InstanceState": {
    absent: "a machine is stopped by a call to EC2, not by a property",
  },
  "aws:autoscaling/group:Group": {
    type: "AWS::AutoScaling::AutoScalingGroup",
    names: {
      name: "AutoScalingGroupName",
      vpcZoneIdentifiers: "VPCZoneIdentifier",
    },
    forms: {
      // There a text.
      desiredCapacity: (count) => ({ DesiredCapacity: String(count) }),
      maxSize: (count) => ({ MaxSize: String(count) }),
      minSize: (count) => ({ MinSize: String(count) }),
      initialLifecycleHooks: (hooks) => ({
        LifecycleHookSpecificationList: capitals(hooks, { name: "LifecycleHookName" }),
      }),
      launchTemplate: (template) => ({
        LaunchTemplate: capitals(template, { id: "LaunchTemplateId" }),
      }),
      tags: (tags) => ({ Tags: capitals(tags) }),
    },
    without: {
      suspendedProcesses: "there it is said of an update only",
      waitForCapacityTimeout: "an instruction to the plugin, no property of what is made",
    },
    wrong: { inputs: { initialLifecycleHooks: [{ name: "x" }] }, rule: "E3003" },
  },
  "aws:ssm/document:Document": {
    type: "AWS::SSM::Document",
    named: "Name",
    forms: { content: withoutScript },
    wrong: { inputs: { documentFormat: "XML" }, rule: "E3030" },
  },
  "aws:ssm/association:Association": {
    type: "AWS::SSM::Association",
    attributes: { id: "AssociationId" },
    wrong: { inputs: { targets: [{ key: "tag:x" }] }, rule: "E3003" },
  },
};
