import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { projectRoot } from "../../config/root";
import { isRecord } from "./answers";

/** The configuration of a stack as the engine hands it to the program. */
export interface StackConfig {
  readonly stack: string;
  /** Full key → text; objects as JSON. */
  readonly values: Readonly<Record<string, string>>;
  /** Full keys of encrypted values. */
  readonly secretKeys: readonly string[];
}

/** What an operator sets beside the stack's file: by subject without the namespace. */
export interface Given {
  readonly [subject: string]: Readonly<Record<string, unknown>> | readonly unknown[] | string;
}

export type GivenSecrets = Readonly<Record<string, string>>;

export const MEXICO = {
  iso: "MEX",
  archive: "/var/cache/borders/MEX_adm_shp.zip",
  sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
};

/** The least that `local` needs beside its file, and one country. */
export const OPERATOR: Given = { software: { source: "/srv/madmex" }, countries: [MEXICO] };

/**
 * The configuration of a stack: its file, what an operator has set in it, and for keys that are in
 * neither the defaults of Pulumi.yaml. As in the engine, an object is taken whole from one place.
 */
export function stackConfig(
  stack: string,
  given: Given = OPERATOR,
  secrets: GivenSecrets = {},
): StackConfig {
  const defaults = Object.entries(configOf("Pulumi.yaml")).map(([key, row]): [string, unknown] => [
    key,
    isRecord(row) ? row["default"] : undefined,
  ]);
  const operator = Object.entries({ ...given, ...secrets }).map(
    ([key, value]): [string, unknown] => [`antares:${key}`, value],
  );
  const all = [...defaults, ...Object.entries(configOf(`Pulumi.${stack}.yaml`)), ...operator];
  const values = all
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]);
  return {
    stack,
    values: Object.fromEntries(values),
    secretKeys: Object.keys(secrets).map((key) => `antares:${key}`),
  };
}

function configOf(file: string): Readonly<Record<string, unknown>> {
  const document: unknown = parse(readFileSync(join(projectRoot, file), "utf8"));
  const config = isRecord(document) ? document["config"] : undefined;
  if (!isRecord(config)) throw new Error(`${file} has no configuration`);
  return config;
}

/** An OpenSSH private key in form only, with a mark inside. */
export function formalPrivateKey(mark: string): string {
  const body = Buffer.from(`openssh-key-v1\0\0\0\0\u0004none${mark}`, "latin1").toString("base64");
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${body}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

const SSH = { name: "master", access: "ssh", address: "198.51.100.7" };
const SSH_KEY = { sshPrivateKey: formalPrivateKey("ssh-private-key") };
const SITE = { server: "existing", host: "db.example.org" };

export const HOSTS = [
  { name: "alpha", role: "master", address: "192.0.2.10" },
  { name: "gate", role: "jump", address: "198.51.100.1", key: "sshJumpPrivateKey", user: "guest" },
  { name: "node1", address: "192.0.2.11", jobSlots: 4, daskSlots: 2 },
  { name: "node2", address: "10.0.0.12", port: 2222, user: "deployer", jump: "gate" },
  { name: "node3", address: "10.0.0.13", jump: "alpha", key: "sshNodePrivateKey" },
];
export const CLUSTER_KEYS = {
  ...SSH_KEY,
  sshNodePrivateKey: formalPrivateKey("ssh-node-private-key"),
  sshJumpPrivateKey: formalPrivateKey("ssh-jump-private-key"),
};

/** The stack `prod` with an image and a key pair that are there already. */
const PROD_COMPUTE = {
  image: "ami-0a1b2c3d4e5f60718",
  keyPair: "operators",
  masterType: "m6i.xlarge",
  nodeType: "m6i.2xlarge",
  nodes: 4,
};

/** The configurations whose graphs are kept as golden files, by the file's name. */
export const variants = {
  local: stackConfig("local"),
  "local-ssh": stackConfig("local", { ...OPERATOR, host: SSH }, SSH_KEY),
  "local-full-postgis": stackConfig("local", { ...OPERATOR, database: { postgis: "full" } }),
  "local-existing-server": stackConfig(
    "local",
    { ...OPERATOR, database: { ...SITE, adminUser: "dba" } },
    { databaseAdminPassword: "given-administrator-password" },
  ),
  hosts: stackConfig("hosts", { ...OPERATOR, hosts: HOSTS }, CLUSTER_KEYS),
  "hosts-existing-server": stackConfig(
    "hosts",
    {
      ...OPERATOR,
      hosts: [{ ...HOSTS[0], daskSlots: 1 }, HOSTS[2]],
      database: { ...SITE, adminUser: "dba", reach: "tunnel" },
      share: { kind: "exported" },
    },
    { ...SSH_KEY, databaseAdminPassword: "given-administrator-password" },
  ),
  dev: stackConfig("dev"),
  "dev-encrypted": stackConfig("dev", { ...OPERATOR, share: { encryptInTransit: "true" } }),
  "dev-parked": stackConfig("dev", { ...OPERATOR, power: "parked" }),
  prod: stackConfig("prod", { ...OPERATOR, compute: PROD_COMPUTE }, SSH_KEY),
  "local-application-role": stackConfig(
    "local",
    { ...OPERATOR, database: SITE },
    { databasePassword: "given-application-password" },
  ),
} as const satisfies Record<string, StackConfig>;
