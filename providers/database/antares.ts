import type { Client } from "pg";

/** What the installed package says its database must have. */
export interface AntaresExpectation {
  readonly migrations: { readonly count: number; readonly last: string };
  /** Names of its tables in `public`, where they are known. */
  readonly tables?: readonly string[];
}

export interface AntaresRows {
  /** Absent where Django's own table of migrations is not there. */
  readonly migrations?: { readonly applied: number; readonly last: string };
  /** Tables of `public` that begin with `madmex_`. */
  readonly tables: readonly string[];
}

/** `ahead`: the database knows more migrations than the installed package. */
export type AntaresState = "absent" | "partial" | "ahead" | "ready";

/** Decides the state, and names all that is missing or too much. */
export function antaresState(
  rows: AntaresRows,
  expected: AntaresExpectation,
): { readonly state: AntaresState; readonly missing: readonly string[] } {
  if (rows.migrations === undefined || rows.migrations.applied === 0) {
    return { state: "absent", missing: ["all migrations of madmex"] };
  }
  const { applied, last } = rows.migrations;
  const { count } = expected.migrations;
  const tables = (expected.tables ?? [])
    .filter((name) => !rows.tables.includes(name))
    .map((name) => `table ${name}`);
  const ledger = `${applied} of ${count} migrations applied, last ${last}`;
  if (applied > count) {
    return { state: "ahead", missing: [`the installed package is older: ${ledger}`, ...tables] };
  }
  if (applied < count) return { state: "partial", missing: [ledger, ...tables] };
  const missing = [
    ...(last === expected.migrations.last
      ? []
      : [`migration ${expected.migrations.last} (the last one applied is ${last})`]),
    ...tables,
  ];
  return { state: missing.length > 0 ? "partial" : "ready", missing };
}

/** Reads the rows, as a role that may read Django's table of migrations. */
export async function readAntares(client: Client): Promise<AntaresRows> {
  const tables = await client.query<{ name: string }>(
    `select c.relname as name from pg_catalog.pg_class c
       join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind = 'r'
        and (c.relname like 'madmex\\_%' or c.relname = 'django_migrations') order by 1`,
  );
  const all = tables.rows.map(({ name }) => name);
  const madmex = all.filter((name) => name !== "django_migrations");
  if (madmex.length === all.length) return { tables: madmex };
  const { rows } = await client.query<{ applied: number; last: string | null }>(
    `select count(*)::int as applied, max(name) as last
       from public.django_migrations where app = 'madmex'`,
  );
  const { applied, last } = rows[0] ?? { applied: 0, last: null };
  return { migrations: { applied, last: last ?? "" }, tables: madmex };
}
