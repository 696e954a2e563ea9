import { escapeIdentifier, type Client } from "pg";

/** An extension of the server, `version` only where it is installed in this database. */
export interface ExtensionRow {
  readonly name: string;
  readonly version?: string;
  /** Whether the server could install it. */
  readonly available: boolean;
}

/** `absent`: none of those asked for is installed. */
export type ExtensionsState = "absent" | "partial" | "ready";

/**
 * Decides the state, and says of each missing one whether the server has it at all. `lacking` are
 * rights of the role, in words.
 */
export function extensionsState(
  extensions: readonly ExtensionRow[],
  lacking: readonly string[] = [],
): {
  readonly state: ExtensionsState;
  readonly missing: readonly string[];
} {
  const without = extensions.filter(({ version }) => version === undefined);
  const uninstalled = without.map(({ name, available }) =>
    available
      ? `extension ${name} (an administrator runs: create extension ${name})`
      : `extension ${name} (the server does not offer it: its packages are not installed)`,
  );
  const missing = [...uninstalled, ...lacking];
  if (missing.length === 0) return { state: "ready", missing };
  return { state: without.length === extensions.length ? "absent" : "partial", missing };
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

/**
 * What the role may not do and must, with the statement that allows it: datacube makes a schema of
 * its own (unless it is there), antares its tables in `public`.
 */
export async function readLackingRights(client: Client): Promise<string[]> {
  const { rows } = await client.query<Rights>(
    `select current_database() as database, current_user as role,
            has_database_privilege(current_database(), 'CREATE')
              or exists (select from pg_catalog.pg_namespace where nspname = 'agdc') as "inDatabase",
            coalesce((select has_schema_privilege(oid, 'CREATE') from pg_catalog.pg_namespace
                       where nspname = 'public'), false) as "inPublic"`,
  );
  return rows.flatMap(({ database, role, inDatabase, inPublic }) => {
    const [on, to] = [escapeIdentifier(database), escapeIdentifier(role)];
    const grant = (where: string): string =>
      `right CREATE on ${where} (an administrator runs: grant create on ${where} to ${to})`;
    return [
      ...(inDatabase ? [] : [grant(`database ${on}`)]),
      ...(inPublic ? [] : [grant("schema public")]),
    ];
  });
}

interface Rights {
  readonly database: string;
  readonly role: string;
  readonly inDatabase: boolean;
  readonly inPublic: boolean;
}
