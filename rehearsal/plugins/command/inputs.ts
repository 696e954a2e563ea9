import type { CheckFailure, Properties } from "../standIn";
import { hasUnknown, isProperties, present } from "../values";

/** Where a remote command runs. Numbers are seconds and counts; defaults are filled in by `check`. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly privateKey?: string;
  readonly privateKeyPassword?: string;
  readonly agentSocketPath?: string;
  /** Public key in the form `ssh-ed25519 AAAA…`; absent: any key is taken. */
  readonly hostKey?: string;
  /** Failed attempts before the last one; -1: no end. */
  readonly dialErrorLimit: number;
  /** Limit of one TCP connect, seconds; 0: none. */
  readonly perDialTimeout: number;
  readonly proxy?: Connection;
}

/** Inputs that both kinds of command have, as checked. */
export interface CommandInputs {
  readonly create?: string;
  readonly update?: string;
  readonly delete?: string;
  readonly stdin?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly logging?: string;
  readonly addPreviousOutputInEnv?: boolean;
  readonly triggers?: readonly unknown[];
  readonly connection?: Connection;
  readonly interpreter?: readonly string[];
  readonly dir?: string;
}

type Kind = "string" | "number" | "boolean" | "array" | "texts" | "connection";
type Fields = Readonly<Record<string, Kind>>;

const common: Fields = {
  create: "string",
  update: "string",
  delete: "string",
  stdin: "string",
  environment: "texts",
  logging: "string",
  addPreviousOutputInEnv: "boolean",
  triggers: "array",
};
const fieldsOf: Readonly<Record<"local" | "remote", Fields>> = {
  local: { ...common, interpreter: "array", dir: "string" },
  remote: { ...common, connection: "connection" },
};
const hopFields: Fields = {
  host: "string",
  port: "number",
  user: "string",
  password: "string",
  privateKey: "string",
  privateKeyPassword: "string",
  agentSocketPath: "string",
  hostKey: "string",
  dialErrorLimit: "number",
  perDialTimeout: "number",
};
const hopDefaults = { port: 22, user: "root", dialErrorLimit: 10, perDialTimeout: 15 };
const notServed = ["assetPaths", "archivePaths"];

/** Checks the inputs of a command and fills in the plugin's defaults. */
export function checkCommand(
  kind: "local" | "remote",
  news: Properties,
): { inputs: Properties; failures: CheckFailure[] } {
  const refused = notServed
    .filter((property) => property in news)
    .map((property) => ({ property, reason: "the stand-in does not serve assets" }));
  const rest = present(Object.fromEntries(Object.entries(news).filter(([k]) => !refusedKey(k))));
  const missing = kind === "remote" && !("connection" in rest) ? [required("connection")] : [];
  const failures = [...refused, ...missing, ...faults(rest, { fields: fieldsOf[kind], path: "" })];
  return { inputs: { addPreviousOutputInEnv: true, ...withHops(rest) }, failures };
}

function refusedKey(key: string): boolean {
  return notServed.includes(key);
}

function required(property: string): CheckFailure {
  return { property, reason: "required, but missing" };
}

function faults(values: Properties, where: { fields: Fields; path: string }): CheckFailure[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const property = `${where.path}${key}`;
    const kind = where.fields[key];
    if (kind === undefined) return [{ property, reason: "unknown property" }];
    if (kind === "connection") return connectionFaults(value, { path: `${property}.`, hops: 1 });
    return fits(kind, value) ? [] : [{ property, reason: `must be of type ${kind}` }];
  });
}

function connectionFaults(value: unknown, at: { path: string; hops: number }): CheckFailure[] {
  if (typeof value === "string" && hasUnknown(value)) return [];
  if (!isProperties(value))
    return [{ property: at.path.slice(0, -1), reason: "must be an object" }];
  const { proxy, ...hop } = present(value);
  const missing = "host" in hop ? [] : [required(`${at.path}host`)];
  const own = faults(hop, { fields: hopFields, path: at.path });
  if (proxy === undefined) return [...missing, ...own];
  const path = `${at.path}proxy.`;
  const further =
    at.hops > 0
      ? connectionFaults(proxy, { path, hops: at.hops - 1 })
      : [{ property: path.slice(0, -1), reason: "only one hop" }];
  return [...missing, ...own, ...further];
}

function fits(kind: Kind, value: unknown): boolean {
  if (typeof value === "string" && hasUnknown(value)) return true;
  if (kind === "array") return Array.isArray(value);
  if (kind !== "texts") return typeof value === kind;
  return isProperties(value) && Object.values(value).every((text) => typeof text === "string");
}

function withHops(inputs: Properties): Properties {
  const connection = inputs["connection"];
  return isProperties(connection) ? { ...inputs, connection: withDefaults(connection) } : inputs;
}

function withDefaults(hop: Properties): Properties {
  const own = { ...hopDefaults, ...present(hop) };
  const proxy = hop["proxy"];
  return isProperties(proxy) ? { ...own, proxy: withDefaults(proxy) } : own;
}

/** The one place where checked properties get their static type; `checkCommand` has proved it. */
export function asInputs(checked: Properties): CommandInputs {
  return checked as CommandInputs;
}
