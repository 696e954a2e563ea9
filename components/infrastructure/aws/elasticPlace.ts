import type { Provider } from "@pulumi/aws/provider";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsTarget } from "../../../config/awsModel";

/** What nodes that come and go are made of, beside what bootstrap gives. */
export interface ElasticPlace {
  readonly target: AwsTarget;
  readonly provider: Provider;
  readonly image: pulumi.Input<string>;
  readonly keyName: pulumi.Input<string>;
  readonly securityGroups: readonly pulumi.Input<string>[];
  readonly subnets: readonly pulumi.Input<string>[];
  /** Theirs alone; what they may do beside using the bucket is added to it. */
  readonly role: ElasticRole;
  /** What must exist before one boots. */
  readonly ready: readonly pulumi.Resource[];
}

export interface ElasticRole {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  readonly profile: pulumi.Output<string>;
}
