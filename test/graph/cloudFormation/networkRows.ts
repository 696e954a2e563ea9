import type { Absent, Row } from "./row";

const NO_RANGE = "10.20.0.0/33";

/** Networks, and who may talk to whom. */
export const networkRows: Readonly<Record<string, Row | Absent>> = {
  "aws:ec2/vpc:Vpc": {
    type: "AWS::EC2::VPC",
    wrong: { inputs: { cidrBlock: NO_RANGE }, rule: "E3002" },
  },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
    absent: "AWS makes it with the VPC; the program only takes its rules away",
  },
  "aws:ec2/subnet:Subnet": {
    type: "AWS::EC2::Subnet",
    wrong: { inputs: { cidrBlock: NO_RANGE }, rule: "E3002" },
  },
  "aws:ec2/internetGateway:InternetGateway": {
    type: "AWS::EC2::InternetGateway",
    without: { vpcId: "there a resource of its own attaches it" },
    wrong: { inputs: { tags: { ["x".repeat(129)]: "x" } }, rule: "E3033" },
  },
  "aws:ec2/eip:Eip": {
    type: "AWS::EC2::EIP",
    attributes: { id: "AllocationId", allocation: "AllocationId", "public-ip": "PublicIp" },
    wrong: { inputs: { domain: "internet" }, rule: "E3030" },
  },
  "aws:ec2/natGateway:NatGateway": {
    type: "AWS::EC2::NatGateway",
    wrong: { inputs: { subnetId: "id-of-aws-network-vpc" }, rule: "E1041" },
  },
  "aws:ec2/routeTable:RouteTable": {
    type: "AWS::EC2::RouteTable",
    wrong: { inputs: { vpcId: undefined }, rule: "E3003" },
  },
  "aws:ec2/route:Route": {
    type: "AWS::EC2::Route",
    wrong: { inputs: { destinationCidrBlock: NO_RANGE }, rule: "E3002" },
  },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    type: "AWS::EC2::SubnetRouteTableAssociation",
    wrong: { inputs: { subnetId: "id-of-aws-network-vpc" }, rule: "E1041" },
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    type: "AWS::EC2::VPCEndpoint",
    wrong: { inputs: { vpcEndpointType: "Door" }, rule: "E3030" },
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    type: "AWS::EC2::SecurityGroup",
    named: "GroupName",
    names: { description: "GroupDescription" },
    attributes: { id: "GroupId" },
    wrong: { inputs: { description: "the operator's" }, rule: "E3031" },
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
    type: "AWS::EC2::SecurityGroupIngress",
    names: {
      securityGroupId: "GroupId",
      cidrIpv4: "CidrIp",
      referencedSecurityGroupId: "SourceSecurityGroupId",
    },
    wrong: { inputs: { fromPort: undefined }, rule: "E3687" },
  },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
    type: "AWS::EC2::SecurityGroupEgress",
    names: { securityGroupId: "GroupId", cidrIpv4: "CidrIp" },
    wrong: { inputs: { cidrIpv4: NO_RANGE }, rule: "E3002" },
  },
};
