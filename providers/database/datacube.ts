import type { Client } from "pg";

/** What a ready index of datacube's postgres driver has. */
export interface DatacubeExpectation {
  /** Metadata types that must be there, e.g. `eo`, `eo3`, `telemetry`. */
  readonly types: readonly string[];
  /** Whether the triggers of datacube 1.8.1 and later must be there. */
  readonly triggers: boolean;
}

/** Rows read from the catalogue and from `agdc.metadata_type`. */
export interface DatacubeRows {
  readonly hasSchema: boolean;
  readonly tables: readonly string[];
  /** Tables of `agdc` with the trigger that keeps their time stamps. */
  readonly triggers: readonly string[];
  readonly types: readonly string[];
}

/**
 * `absent`: no schema; only this may be answered by an initialisation. `partial`: something of the
 * structure is missing; `untyped`: the structure without all of its metadata types. Neither is
 * mended by initialising again, and datacube's own check calls both of them fine.
 */
export type DatacubeState = "absent" | "partial" | "untyped" | "ready";

const tables = ["metadata_type", "dataset_type", "dataset", "dataset_location", "dataset_source"];
const triggered = ["metadata_type", "dataset_type", "dataset"];

/** Decides the state, and names all that is missing. */
export function datacubeState(
  rows: DatacubeRows,
  expected: DatacubeExpectation,
): { readonly state: DatacubeState; readonly missing: readonly string[] } {
  if (!rows.hasSchema) return { state: "absent", missing: ["schema agdc"] };
  const structure = [
    ...without(tables, rows.tables).map((name) => `table agdc.${name}`),
    ...(expected.triggers
      ? without(triggered, rows.triggers).map((name) => `trigger row_update_time_${name}`)
      : []),
  ];
  const types = without(expected.types, rows.types).map((name) => `metadata type ${name}`);
  const missing = [...structure, ...types];
  if (structure.length > 0) return { state: "partial", missing };
  return { state: missing.length > 0 ? "untyped" : "ready", missing };
}

/** Reads the rows; needs rights on the schema only where the table of types is there. */
export async function readDatacube(client: Client): Promise<DatacubeRows> {
  const schema = await client.query("select 1 from pg_catalog.pg_namespace where nspname = 'agdc'");
  const found = await names(
    client,
    `select c.relname as name from pg_catalog.pg_class c
       join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'agdc' and c.relkind = 'r' order by 1`,
  );
  const triggers = await names(
    client,
    `select c.relname as name from pg_catalog.pg_trigger t
       join pg_catalog.pg_class c on c.oid = t.tgrelid
       join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'agdc' and not t.tgisinternal
        and t.tgname = 'row_update_time_' || c.relname order by 1`,
  );
  const types = found.includes("metadata_type")
    ? await names(client, "select name from agdc.metadata_type order by 1")
    : [];
  return { hasSchema: schema.rows.length > 0, tables: found, triggers, types };
}

async function names(client: Client, sql: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(sql);
  return rows.map(({ name }) => name);
}

function without(wanted: readonly string[], found: readonly string[]): string[] {
  return wanted.filter((name) => !found.includes(name));
}
