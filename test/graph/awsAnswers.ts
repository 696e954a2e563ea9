import type { MockCallArgs, MockResourceArgs } from "@pulumi/pulumi/runtime/mocks";

/** True for resources of the cloud and for the plugin that makes them. */
export const isAws = (type: string): boolean =>
  type.startsWith("aws:") || type === "pulumi:providers:aws";

/** What AWS tells of a resource beside what it was given; the engine adds an id to each. */
export function awsOutputs({ type, name }: MockResourceArgs): Readonly<Record<string, unknown>> {
  const arn = `arn:aws:service:region:123456789012:${name}`;
  switch (type) {
    case "aws:ec2/instance:Instance":
      return { arn, privateIp: `private-ip-of-${name}`, publicIp: `public-ip-of-${name}` };
    case "aws:ec2/eip:Eip":
      return { arn, publicIp: `public-ip-of-${name}`, allocationId: `allocation-of-${name}` };
    case "aws:ec2/keyPair:KeyPair":
      return { arn, keyName: `name-of-${name}` };
    case "aws:efs/fileSystem:FileSystem":
      return { arn, dnsName: `dns-of-${name}` };
    case "aws:rds/instance:Instance":
      return { arn, address: `address-of-${name}`, identifier: `identifier-of-${name}` };
    case "aws:ec2/launchTemplate:LaunchTemplate":
      return { arn, latestVersion: 1, name: `name-of-${name}` };
    case "aws:ssm/association:Association":
      return { arn, associationId: `id-of-${name}` };
    case "aws:s3/bucket:Bucket":
      return { arn, bucket: `name-of-${name}` };
    default:
      return { arn, name: `name-of-${name}` };
  }
}

/** What AWS answers to a question. @throws Error for one that no test expects. */
export function awsAnswer({ token }: MockCallArgs): Readonly<Record<string, unknown>> {
  if (token === "aws:ec2/getAmi:getAmi") return { id: "ami-0a1b2c3d4e5f60718" };
  throw new Error(`the program called ${token}: previews of it would need a network`);
}
