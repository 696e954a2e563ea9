import type { Client } from "pg";

/** An extension of the server, `version` only where it is installed in this database. */
export interface ExtensionRow {
  readonly name: string;
  readonly version?: string;
  /** Whether the server could install it. */
  readonly available: boolean;
}

/** `absent`: none of those asked for is installed. */
export type ExtensionsState = "absent" | "partial" | "ready";

/** Decides the state, and says of each missing one whether the server has it at all. */
export function extensionsState(extensions: readonly ExtensionRow[]): {
  readonly state: ExtensionsState;
  readonly missing: readonly string[];
} {
  const lacking = extensions.filter(({ version }) => version === undefined);
  const missing = lacking.map(({ name, available }) =>
    available
      ? `extension ${name} (an administrator runs: create extension ${name})`
      : `extension ${name} (the server does not offer it: its packages are not installed)`,
  );
  if (missing.length === 0) return { state: "ready", missing };
  return { state: missing.length === extensions.length ? "absent" : "partial", missing };
}

/** Looks the extensions up, in the order asked for. */
export async function readExtensions(
  client: Client,
  names: readonly string[],
): Promise<ExtensionRow[]> {
  const { rows } = await client.query<{ name: string; version: string | null; offered: boolean }>(
    `select asked.name, e.extversion as version, a.name is not null as offered
       from unnest($1::text[]) with ordinality as asked (name, place)
       left join pg_catalog.pg_extension e on e.extname = asked.name
       left join pg_catalog.pg_available_extensions a on a.name = asked.name
      order by asked.place`,
    [names],
  );
  return rows.map(({ name, version, offered }) => ({
    name,
    available: offered,
    ...(version === null ? {} : { version }),
  }));
}
