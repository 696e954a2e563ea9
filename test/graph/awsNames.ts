import { isRecord } from "./answers";
import type { Rule } from "./rule";
import type { Registration } from "./registration";

// The plugin appends a hyphen and seven hexadecimal digits to the names that it makes of ours.
const SUFFIX = "-0a1b2c3";

const PLAIN = /^[A-Za-z0-9._-]+$/;
// No two hyphens side by side, none at the end.
const DATABASE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

interface Limit {
  readonly longest: number;
  readonly shape: RegExp;
  /** Input that gives the name where the plugin does not make it. */
  readonly given?: string;
}

/** Types whose name AWS checks; what all of them take is narrower than what single ones do. */
const limits: Readonly<Record<string, Limit>> = {
  "aws:autoscaling/group:Group": { longest: 255, shape: PLAIN },
  "aws:ec2/securityGroup:SecurityGroup": { longest: 255, shape: /^(?!sg-)[A-Za-z0-9._-]+$/ },
  "aws:ec2/keyPair:KeyPair": { longest: 255, shape: PLAIN, given: "keyName" },
  "aws:ec2/launchTemplate:LaunchTemplate": { longest: 128, shape: PLAIN },
  "aws:iam/role:Role": { longest: 64, shape: PLAIN },
  "aws:iam/rolePolicy:RolePolicy": { longest: 128, shape: PLAIN },
  "aws:iam/instanceProfile:InstanceProfile": { longest: 128, shape: PLAIN },
  "aws:rds/instance:Instance": { longest: 63, shape: DATABASE, given: "identifier" },
  "aws:rds/parameterGroup:ParameterGroup": { longest: 255, shape: DATABASE },
  "aws:rds/subnetGroup:SubnetGroup": { longest: 255, shape: /^(?!default$)[a-z0-9._-]+$/ },
  "aws:s3/bucket:Bucket": { longest: 63, shape: /^[a-z0-9][a-z0-9-]*[a-z0-9]$/, given: "bucket" },
  "aws:scheduler/schedule:Schedule": { longest: 64, shape: PLAIN },
  "aws:secretsmanager/secret:Secret": { longest: 512, shape: PLAIN },
  // AWS keeps names that begin with its own for itself.
  "aws:ssm/document:Document": { longest: 128, shape: /^(?!aws|amazon|amzn)[A-Za-z0-9._-]+$/i },
};

function isNamed({ type, name, inputs }: Registration): boolean {
  const limit = limits[type];
  if (limit === undefined) return true;
  const given = inputs[limit.given ?? "name"];
  const whole = typeof given === "string" ? given : `${name}${SUFFIX}`;
  return whole.length <= limit.longest && limit.shape.test(whole);
}

/** Tags as AWS takes them; `aws:` is its own. */
function isTagged({ inputs }: Registration): boolean {
  const tags = inputs["tags"];
  if (!isRecord(tags)) return true;
  const all = Object.entries(tags);
  return (
    all.length <= 50 &&
    all.every(([key, value]) => {
      const text = String(value);
      return /^(?!aws:).{1,128}$/.test(key) && /^[\w\s.:/=+@-]{0,256}$/.test(text);
    })
  );
}

const check =
  (holds: (resource: Registration) => boolean): Rule["check"] =>
  ({ resources }) =>
    resources
      .filter(({ type }) => type.startsWith("aws:"))
      .filter((resource) => !holds(resource))
      .map(({ name }) => name);

/** What is made on AWS has names and tags that AWS takes. */
export const awsNames: readonly Rule[] = [
  { name: "a name on AWS is as AWS takes it, with what the plugin appends", check: check(isNamed) },
  { name: "tags are as AWS takes them", check: check(isTagged) },
];
