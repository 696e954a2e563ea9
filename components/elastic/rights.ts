import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import type { ElasticPlace } from "../infrastructure/aws/elasticPlace";
import { policy, type Statement } from "../infrastructure/aws/placed";
import type { Rejoin } from "./rejoin";

export interface RightsArgs {
  readonly place: ElasticPlace;
  /** Name of the group: known before the group is, so that the right is there before a node. */
  readonly group: pulumi.Output<string>;
  readonly rejoin: Rejoin;
}

/** What a node that comes and goes may do beside using the bucket. */
export function createRights(
  name: string,
  { place, group, rejoin }: RightsArgs,
  opts: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  const role = place.role.name;
  const rights = { lifecycle: ofLifecycle(place, group), agent: ofAgent(place, rejoin) };
  return Object.entries(rights).map(
    ([what, document]) => new iam.RolePolicy(`${name}-${what}`, { role, policy: document }, opts),
  );
}

function ofLifecycle(place: ElasticPlace, group: pulumi.Output<string>): pulumi.Output<string> {
  // Between the two is the group's id, which AWS draws.
  const own = pulumi.interpolate`autoScalingGroup:*:autoScalingGroupName/${group}`;
  return policy({
    Sid: "TellTheGroup",
    Effect: "Allow",
    Action: "autoscaling:CompleteLifecycleAction",
    Resource: scope(place, "autoscaling", own),
  });
}

/** The agent of Systems Manager: what it needs to run our association, and no more. */
function ofAgent(place: ElasticPlace, { document, association }: Rejoin): pulumi.Output<string> {
  const instances = scope(place, "ec2", "instance/*");
  const run = pulumi.interpolate`association/${association.associationId}`;
  const itself = [
    "ssm:UpdateInstanceInformation",
    "ssm:ListInstanceAssociations",
    "ssm:PutComplianceItems",
  ];
  return policy(
    { Sid: "AgentReportsItself", Effect: "Allow", Action: itself, Resource: instances },
    {
      Sid: "AgentReportsTheRun",
      Effect: "Allow",
      Action: "ssm:UpdateInstanceAssociationStatus",
      Resource: [scope(place, "ssm", run), instances],
    },
    {
      Sid: "AgentReadsTheDocument",
      Effect: "Allow",
      Action: "ssm:GetDocument",
      Resource: scope(place, "ssm", pulumi.interpolate`document/${document.name}`),
    },
    CHANNELS,
  );
}

/** How the agent hears of work. These actions know no resources: AWS takes only `*` for them. */
const CHANNELS: Statement = {
  Sid: "AgentHearsOfWork",
  Effect: "Allow",
  Action: [
    "ssmmessages:CreateControlChannel",
    "ssmmessages:OpenControlChannel",
    "ec2messages:AcknowledgeMessage",
    "ec2messages:DeleteMessage",
    "ec2messages:FailMessage",
    "ec2messages:GetEndpoint",
    "ec2messages:GetMessages",
    "ec2messages:SendReply",
  ],
  Resource: "*",
};

/** Resources of the role's own account and region. */
function scope(
  { role, target }: ElasticPlace,
  service: string,
  what: pulumi.Input<string>,
): pulumi.Output<string> {
  return pulumi.all([role.arn, what]).apply(([arn, resource]) => {
    const [, partition = "aws", , , account = ""] = arn.split(":");
    return `arn:${partition}:${service}:${target.region}:${account}:${resource}`;
  });
}
