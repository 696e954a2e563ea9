import { asRecord } from "../answers";
import { capitals } from "./forms";
import type { Row } from "./row";

/** The first interface, where an address of its own is asked for. */
const first = (properties: object) => ({
  NetworkInterfaces: [{ DeviceIndex: "0", ...properties }],
});

/** Hosts, their keys and their rights. */
export const hostRows: Readonly<Record<string, Row>> = {
  "aws:ec2/instance:Instance": {
    type: "AWS::EC2::Instance",
    names: { ami: "ImageId" },
    forms: {
      associatePublicIpAddress: (value) => first({ AssociatePublicIpAddress: value }),
      subnetId: (value) => first({ SubnetId: value }),
      vpcSecurityGroupIds: (value) => first({ GroupSet: value }),
      rootBlockDevice: (disk) => {
        const { tags: _there_they_are_the_instance_s, ...rest } = asRecord(disk);
        return { BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: capitals(rest) }] };
      },
      userData: (text) => ({ UserData: { "Fn::Base64": text } }),
    },
    without: { userDataReplaceOnChange: "an instruction to the plugin" },
    attributes: { "private-ip": "PrivateIp", "public-ip": "PublicIp" },
    wrong: { inputs: { instanceType: "m6i.tiny" }, rule: "E3628" },
  },
  "aws:ec2/keyPair:KeyPair": {
    type: "AWS::EC2::KeyPair",
    named: "KeyName",
    names: { publicKey: "PublicKeyMaterial" },
    wrong: { inputs: { keyType: "dsa" }, rule: "E3030" },
  },
  "aws:ec2/eipAssociation:EipAssociation": {
    type: "AWS::EC2::EIPAssociation",
    wrong: { inputs: { instanceId: ["id-of-aws-instances-master"] }, rule: "E3012" },
  },
  "aws:iam/role:Role": {
    type: "AWS::IAM::Role",
    named: "RoleName",
    attributes: { arn: "Arn" },
    wrong: {
      inputs: { assumeRolePolicy: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow"}]}' },
      rule: "E3530",
    },
  },
  "aws:iam/rolePolicy:RolePolicy": {
    type: "AWS::IAM::RolePolicy",
    named: "PolicyName",
    names: { role: "RoleName" },
    wrong: {
      inputs: { policy: '{"Version":"2012-10-17","Statement":[{"Effect":"Refuse"}]}' },
      rule: "E3510",
    },
  },
  "aws:iam/instanceProfile:InstanceProfile": {
    type: "AWS::IAM::InstanceProfile",
    named: "InstanceProfileName",
    forms: { role: (role) => ({ Roles: [role] }) },
    without: { tags: "IAM has them, CloudFormation has not" },
    attributes: { arn: "Arn" },
    wrong: { inputs: { role: { name: "x" } }, rule: "E3012" },
  },
};
