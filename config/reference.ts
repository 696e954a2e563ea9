import { parseDocument } from "yaml";
import { NAMESPACE, secretKeys, subjects } from "./keys";
import { propertyOf, type Key, type SecretKey, type Subject } from "./keys/key";

/** Pulumi.yaml with the `config:` block that the key table says; everything else is kept. */
export function renderProjectFile(current: string): string {
  const document = parseDocument(current);
  document.set("config", document.createNode(configBlock()));
  return document.toString({ lineWidth: 100 });
}

// Secrets are left out: Pulumi demands a value for every declared key without a default, and most of
// ours are optional. A subject's default holds only what never depends on another key; the decoder
// adds the rest property by property, for Pulumi does not merge a stack's object with this one.
function configBlock(): Record<string, unknown> {
  const rows = subjects.map((subject): [string, unknown] => [
    `${NAMESPACE}:${subject.name}`,
    {
      type: subject.type === "list" ? "array" : subject.type,
      ...(subject.type === "array" && { items: { type: "object" } }),
      ...(subject.type === "list" && { items: { type: "string" } }),
      description: subject.description,
      default: defaultOf(subject),
    },
  ]);
  return Object.fromEntries(rows);
}

function defaultOf(subject: Subject): unknown {
  if (subject.type === "array" || subject.type === "list") return [];
  if (subject.type === "string") return subject.keys[0]?.default;
  const fixed = subject.keys.filter((row) => row.default !== undefined && row.only === undefined);
  return Object.fromEntries(fixed.map((row) => [propertyOf(row), row.default]));
}

/** docs/configuration.md. */
export function renderReference(): string {
  return [INTRODUCTION, ...subjects.map(renderSubject), renderSecrets(), COMBINATIONS].join("\n\n");
}

const INTRODUCTION = `# Configuration

<!-- Generated from the key table in config/keys.ts by \`npm run generate\`; do not edit. -->

Settings are objects, one a subject; set one property with \`--path\`, a secret without:

\`\`\`sh
pulumi config set --path antares:database.name land_cover
printf %s "$PASSWORD" | pulumi config set --secret antares:databasePassword
\`\`\`

- Every property has its own default: what a stack leaves out of an object is filled in, also where
  it sets others of the same object.
- All faults are reported at once, each with its key, what was given and what is expected. An unknown
  key is a fault, inside objects too.
- In a stack file an object is written as one (\`antares:share:\` with \`path:\` below it). A dotted key
  such as \`antares:share.path:\` is a different key to Pulumi and is refused.
- A secret is a top-level key of its own and must be encrypted; one in clear is refused.
- Paths have letters, digits and \`. _ + @ -\` only: they go into files of many syntaxes.`;

function renderSubject(subject: Subject): string {
  const title = `## \`${NAMESPACE}:${subject.name}\``;
  const header = "| Key | Type | Default | Meaning |\n| --- | --- | --- | --- |";
  const kind = subject.type === "array" ? " A list of objects; empty by default." : "";
  const rows = subject.keys.map((row) => renderKey(row));
  return `${title}\n\n${subject.description}${kind}\n\n${header}\n${rows.join("\n")}`;
}

function renderKey(row: Key<unknown>): string {
  const unit = row.unit === undefined ? "" : ` (${row.unit})`;
  const notes = [
    row.description,
    `Takes ${row.rule.expected}.`,
    row.required !== undefined && `Required: ${row.required}.`,
    row.only !== undefined && `Only where ${row.only}.`,
    row.default === undefined && `Example: \`${exampleText(row)}\`.`,
  ].filter((note) => note !== false);
  return `| \`${row.path}\` | ${row.rule.type}${unit} | ${defaultText(row)} | ${cell(notes.join(" "))} |`;
}

function exampleText({ example }: Key<unknown>): string {
  return typeof example === "object" ? `[${example.join(", ")}]` : String(example);
}

function defaultText(row: Key<unknown>): string {
  if (row.default !== undefined) return `\`${String(row.default)}\``;
  return cell(row.defaultNote ?? (row.required === undefined ? "left out" : "none"));
}

function renderSecrets(): string {
  const header = "| Secret | Required | Meaning |\n| --- | --- | --- |";
  return `## Secrets\n\n${header}\n${secretKeys.map(renderSecret).join("\n")}`;
}

function renderSecret(row: SecretKey): string {
  const meaning = `${row.description} Takes ${row.rule.expected}.`;
  return `| \`${NAMESPACE}:${row.name}\` | ${cell(row.required)} | ${cell(meaning)} |`;
}

function cell(text: string): string {
  return text.replace(/\\/g, "\\\\").replace(/\|/g, "\\|").replace(/\*/g, "\\*");
}

const COMBINATIONS = `## Combinations that are refused

| Where | Rule | Because |
| --- | --- | --- |
| \`target\` | none of the objects that belong to another target | what does not count would look as if it did |
| \`network.cidr\` | not beside \`network.vpc\`; wide enough for its zones | a VPC is made or found, and a subnet has at least 16 addresses |
| \`network.privateCidrs\`, \`network.publicCidrs\` | inside the VPC, apart from one another, one for each zone | AWS takes no other |
| \`network.sshFrom\`, \`network.statusPageFrom\` | nothing wider than /8 without \`network.openToWorld\` | the whole world is seldom meant |
| \`compute.keyPair\` | only with the secret \`sshPrivateKey\` | the program itself logs in |
| \`sshPrivateKey\` | on AWS without \`compute.keyPair\`: an ED25519 or RSA key | EC2 takes no other for a new key pair |
| \`elastic\` | min ≤ desired ≤ max; all nodes find an address in the private subnets | AWS would stop in the middle |
| \`elastic\`, \`compute.nodes\` | at least one node, fixed or elastic | somebody must work |
| \`power\` | \`parked\` only without \`elastic.min\` and \`elastic.desired\`, without \`upgrade\` in \`allow\`, and with \`compute.elasticIp\` | no node runs, AWS changes no stopped server, and the master keeps its address |
| \`database.maxStorageGib\` | a tenth above \`database.storageGib\` at least | AWS asks for it |
| \`hosts\` | exactly one master; names and places are unique; at least one host has slots | each is one machine, and somebody must work |
| \`hosts[].jump\` | a host of the list, itself reached without a jump | one hop is what every part of the program can do |
| \`share.kind\` | \`directory\` for one machine only, \`exported\` for several only | all hosts must see one directory |
| \`scheduler.kind\` | \`none\` for one machine only | several need somebody who spreads the work |
| ports | Grid Engine (6444, 6445), NFS server (2049), dask and a local database apart | two programs cannot listen on one port |
| \`dask.workerPorts\` | two ports for each worker of a host | a worker and its nanny listen on one each |
| \`software.line\` develop | datacube 1.7 to 1.8.6 | what it imports came in 1.7 and was moved in 1.8.7 |
| \`software.line\` master | datacube 1.6.x | what its recipes import is gone in 1.7 |
| \`software.datacube\` | never 1.8.16, never 1.9 | one makes no schema without users, the other has no ingestion |
| \`software.datacube\` | the version in the project's lock | another one needs a lock of its own |
| \`software.python\` | 3.11 where the name tells a version | the lock was resolved for it; 3.12 dropped distutils |
| the lock | Django < 4, numpy < 1.24, shapely < 2, setuptools < 80, SQLAlchemy < 2 | antares3 and datacube break above |
| \`antares.driver\` | \`NetCDF CF\` only | the s3aio driver was removed in datacube 1.8.0 |
| \`share.path\`, \`service.home\` | neither inside the other | a home belongs to one host, the share to all |
| \`database.user\` | not the administrator, not the owner of the GIS schemas | one role for two purposes gets the rights of both |
| \`database.reach\` | \`tunnel\` needs SSH; a local server behind SSH needs \`tunnel\` | that server answers its own cluster only |
| \`database.host\` | no \`localhost\` for \`hosts\` | that is another place on each host |
| \`countries\` | each country once, or twice with the same archive | two archives for one country contradict each other |
`;
