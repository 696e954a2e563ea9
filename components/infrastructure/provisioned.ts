import type * as pulumi from "@pulumi/pulumi";
import type { ElasticPlace } from "./aws/elasticPlace";
import type { Infrastructure } from "./contract";

/** A cluster's infrastructure, and what other programs may want to know of it. */
export interface Provisioned extends Infrastructure {
  /** Where its parts are in an AWS account. */
  readonly aws?: AwsPlace;
  /** Where nodes that come and go are made; absent where there are none. */
  readonly elastic?: ElasticPlace;
}

/** Names, ids and ARNs; no secrets. `outputs/keys.ts` says what each is. */
export interface AwsPlace {
  readonly awsRegion: string;
  readonly awsVpcId: pulumi.Input<string>;
  readonly awsPrivateSubnetIds: pulumi.Input<readonly string[]>;
  readonly awsClusterSecurityGroupId: pulumi.Input<string>;
  readonly awsBucketName: pulumi.Input<string>;
  readonly awsBucketArn: pulumi.Input<string>;
  readonly awsFileSystemId: pulumi.Input<string>;
  readonly awsHostRoleArn: pulumi.Input<string>;
  readonly awsMasterInstanceId: pulumi.Input<string>;
  readonly awsDatabaseArn?: pulumi.Input<string>;
  readonly awsDatabaseSecretArn?: pulumi.Input<string>;
}
