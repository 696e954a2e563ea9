import { readFileSync } from "node:fs";
import type { ClientConfig } from "pg";
import type { CheckFailure, Properties } from "../standIn";
import { hasUnknown } from "../values";

/** How the server is reached. Durations are seconds. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  /** Database of resources that name none. */
  readonly database: string;
  readonly username: string;
  readonly password: string;
  readonly sslmode: string;
  /** Path of a PEM file. */
  readonly sslrootcert?: string;
  readonly connectTimeout: number;
  readonly maxConnections: number;
}

/** As the SDK sends them: numbers and flags are JSON texts. */
const numbers = ["port", "connectTimeout", "maxConnections"];
const flags = ["superuser", "awsRdsIamAuth", "azureIdentityAuth"];
const texts = ["host", "database", "username", "password", "sslmode", "sslrootcert"];
const ignored = ["databaseUsername", "expectedVersion", "scheme", "version", "pluginDownloadURL"];
/** What the plugin's driver knows; `prefer` and `allow` are not among it. */
const sslmodes = ["disable", "require", "verify-ca", "verify-full"];

/** Faults of the provider's configuration; unknown values pass. */
export function checkSettings(config: Properties): CheckFailure[] {
  return Object.entries(config).flatMap(([property, value]) => {
    if (hasUnknown(value)) return [];
    const reason = fault(property, String(value));
    return reason === undefined ? [] : [{ property, reason }];
  });
}

function fault(property: string, value: string): string | undefined {
  if (numbers.includes(property)) {
    return /^\d+$/.test(value) ? undefined : "expected a whole number";
  }
  if (flags.includes(property)) {
    if (!/^(true|false)$/.test(value)) return "expected true or false";
    if (property !== "superuser" && value === "true") return "the stand-in has no such log-in";
    return undefined;
  }
  return [...texts, ...ignored].includes(property) ? undefined : "unknown property";
}

/** The settings; what the configuration leaves out is taken from the environment, as by `psql`. */
export function readSettings(config: Properties): Settings {
  const env = process.env;
  const text = (key: string): string | undefined => {
    const value = config[key];
    return value === undefined || value === "" ? undefined : String(value);
  };
  const sslrootcert = text("sslrootcert");
  return {
    host: text("host") ?? env["PGHOST"] ?? "",
    port: Number(text("port") ?? env["PGPORT"] ?? "5432"),
    database: text("database") ?? env["PGDATABASE"] ?? "postgres",
    username: text("username") ?? env["PGUSER"] ?? "postgres",
    password: text("password") ?? env["PGPASSWORD"] ?? "",
    sslmode: text("sslmode") ?? env["PGSSLMODE"] ?? "require",
    ...(sslrootcert === undefined ? {} : { sslrootcert }),
    connectTimeout: Number(text("connectTimeout") ?? "180"),
    maxConnections: Number(text("maxConnections") ?? "20"),
  };
}

/**
 * What the client library needs to connect to one database.
 *
 * @throws Error for an `sslmode` that the plugin's driver does not know.
 */
export function clientConfig(settings: Settings, database: string): ClientConfig {
  return {
    host: settings.host,
    port: settings.port,
    user: settings.username,
    password: settings.password,
    database,
    application_name: "Pulumi provider",
    connectionTimeoutMillis: settings.connectTimeout * 1000,
    ssl: tls(settings),
  };
}

function tls(settings: Settings): ClientConfig["ssl"] {
  const { sslmode, sslrootcert } = settings;
  if (!sslmodes.includes(sslmode)) {
    throw new Error(
      `pq: unsupported sslmode ${JSON.stringify(sslmode)}; only "require" (default), ` +
        '"verify-full", "verify-ca", and "disable" supported',
    );
  }
  if (sslmode === "disable") return false;
  if (sslmode === "require") return { rejectUnauthorized: false };
  const ca = sslrootcert === undefined ? {} : { ca: readFileSync(sslrootcert, "utf8") };
  if (sslmode === "verify-full") return { ...ca, rejectUnauthorized: true };
  return { ...ca, rejectUnauthorized: true, checkServerIdentity: () => undefined };
}
