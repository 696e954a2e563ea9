import { escapeIdentifier, type Client } from "pg";
import { withDatabase } from "./client";
import type { DatabaseConnection } from "./connection";
import { withBootstrapLock } from "./lock";
import { ensureGroupRole, joinRole } from "./roles";

/** The schemas that the optional PostGIS extensions bring. */
export const gisSchemas: readonly string[] = ["tiger", "tiger_data", "topology"];

/** What is to belong to whom. */
export interface OwnershipWish {
  /** As the administrator, to the application's database. */
  readonly connection: DatabaseConnection;
  /** Role without login; made where absent. */
  readonly owner: string;
  readonly schemas: readonly string[];
}

export interface OwnershipResult {
  /** Schemas and relations that changed hands in this call. */
  readonly moved: number;
  /** True where an old `public.exec(text)` was found and dropped. */
  readonly execDropped: boolean;
}

/**
 * Gives the schemas and their relations to the owner, and drops the function `public.exec(text)`
 * that the manual set-up left behind for everybody to call. All or nothing, and nothing to do in a
 * second call.
 */
export function ensureOwnership(wish: OwnershipWish): Promise<OwnershipResult> {
  return withDatabase(wish.connection, (client) =>
    withBootstrapLock(client, async () => {
      await client.query("begin");
      try {
        const result = await move(client, wish);
        await client.query("commit");
        return result;
      } catch (error) {
        await client.query("rollback").catch(() => undefined);
        throw error;
      }
    }),
  );
}

/** How much does not belong to the owner, and whether `public.exec(text)` is there. */
export function readOwnership(
  wish: OwnershipWish,
): Promise<{ readonly foreign: number; readonly hasExec: boolean }> {
  return withDatabase(wish.connection, async (client) => ({
    foreign: (await foreignSchemas(client, wish)).length + (await relations(client, wish)).length,
    hasExec: await hasExec(client),
  }));
}

async function move(client: Client, wish: OwnershipWish): Promise<OwnershipResult> {
  await ensureGroupRole(client, wish.owner);
  await joinRole(client, wish.owner);
  const owner = escapeIdentifier(wish.owner);
  const schemas = await foreignSchemas(client, wish);
  // Schemas first: who gets a relation must be allowed to create in its schema.
  for (const schema of schemas) {
    await client.query(`alter schema ${escapeIdentifier(schema)} owner to ${owner}`);
  }
  // A sequence that serves a column follows its table, and may not be moved by itself; the count
  // is therefore taken before, and the list once more after the tables.
  const total = (await relations(client, wish)).length;
  for (const { schema, name } of await relations(client, wish, "tables")) {
    await client.query(
      `alter table ${escapeIdentifier(schema)}.${escapeIdentifier(name)} owner to ${owner}`,
    );
  }
  for (const { schema, name } of await relations(client, wish)) {
    await client.query(
      `alter table ${escapeIdentifier(schema)}.${escapeIdentifier(name)} owner to ${owner}`,
    );
  }
  const execDropped = await hasExec(client);
  if (execDropped) await client.query("drop function public.exec(text)");
  return { moved: total + schemas.length, execDropped };
}

async function foreignSchemas(client: Client, wish: OwnershipWish): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select nspname as name from pg_catalog.pg_namespace
      where nspname = any($1) and pg_catalog.pg_get_userbyid(nspowner) <> $2 order by 1`,
    [wish.schemas, wish.owner],
  );
  return rows.map(({ name }) => name);
}

interface Relation {
  readonly schema: string;
  readonly name: string;
}

/** Tables, views, foreign tables and (unless `tables`) sequences of somebody else. */
async function relations(
  client: Client,
  wish: OwnershipWish,
  only?: "tables",
): Promise<Relation[]> {
  const kinds = ["r", "p", "v", "m", "f", ...(only === undefined ? ["S"] : [])];
  const { rows } = await client.query<Relation>(
    `select n.nspname as schema, c.relname as name
       from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = any($1) and c.relkind::text = any($3)
        and pg_catalog.pg_get_userbyid(c.relowner) <> $2
      order by 1, 2`,
    [wish.schemas, wish.owner, kinds],
  );
  return rows;
}

async function hasExec(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    "select pg_catalog.to_regprocedure('public.exec(text)') is not null as found",
  );
  return rows[0]?.found === true;
}
