import { DatabaseError, escapeIdentifier, type Client } from "pg";
import { withDatabase } from "./client";
import type { DatabaseConnection } from "./connection";
import { withBootstrapLock } from "./lock";
import { ensureLoginRole, findRole, joinRole } from "./roles";

/** The role and the database of datacube and antares. */
export interface ApplicationDatabaseWish {
  /** As the administrator, to a maintenance database. */
  readonly connection: DatabaseConnection;
  readonly role: string;
  readonly password: string;
  readonly database: string;
}

/** What was found or made. */
export interface ApplicationDatabaseFacts {
  readonly owner: string;
  readonly encoding: string;
  readonly canLogin: boolean;
  /** Version of the server, e.g. `15.14`. */
  readonly serverVersion: string;
}

/**
 * Makes or adopts the role and the database, in steps that each look first: a second call, also one
 * after a kill at any point, ends in the same state. A database of the administrator's own is handed
 * over to the role; anybody else's is refused.
 *
 * @throws what `withDatabase` throws; Error naming the owner, or the encoding, that stands against it.
 */
export function ensureApplicationDatabase(
  wish: ApplicationDatabaseWish,
): Promise<ApplicationDatabaseFacts> {
  return withDatabase(wish.connection, (client) =>
    withBootstrapLock(client, async () => {
      const found = await findDatabase(client, wish.database);
      if (found !== undefined) refuseForeign(wish, found);
      await ensureLoginRole(client, wish);
      await joinRole(client, wish.role);
      if (found === undefined) await createDatabase(client, wish);
      await takeOver(client, wish);
      const facts = await findDatabase(client, wish.database);
      if (facts === undefined) throw new Error(`database "${wish.database}" vanished while made`);
      return { ...facts, canLogin: true };
    }),
  );
}

/** The present facts; `undefined` where the role or the database is absent. */
export function readApplicationDatabase(
  wish: Omit<ApplicationDatabaseWish, "password">,
): Promise<ApplicationDatabaseFacts | undefined> {
  return withDatabase(wish.connection, async (client) => {
    const role = await findRole(client, wish.role);
    const facts = await findDatabase(client, wish.database);
    if (role === undefined || facts === undefined) return undefined;
    return { ...facts, canLogin: role.canLogin };
  });
}

type DatabaseFacts = Omit<ApplicationDatabaseFacts, "canLogin">;

async function findDatabase(client: Client, name: string): Promise<DatabaseFacts | undefined> {
  const { rows } = await client.query<DatabaseFacts>(
    `select pg_catalog.pg_get_userbyid(datdba) as owner,
            pg_catalog.pg_encoding_to_char(encoding) as encoding,
            split_part(current_setting('server_version'), ' ', 1) as "serverVersion"
       from pg_catalog.pg_database where datname = $1`,
    [name],
  );
  return rows[0];
}

function refuseForeign(wish: ApplicationDatabaseWish, found: DatabaseFacts): void {
  const { database, role } = wish;
  if (found.owner !== role && found.owner !== wish.connection.user) {
    throw new Error(
      `database "${database}" belongs to "${found.owner}", not to "${role}": choose another name ` +
        `for the database, or hand it over on purpose: ` +
        `alter database ${escapeIdentifier(database)} owner to ${escapeIdentifier(role)}`,
    );
  }
  if (found.encoding !== "UTF8") {
    throw new Error(
      `database "${database}" has encoding ${found.encoding}, antares needs UTF8: ` +
        `choose another name for the database`,
    );
  }
}

async function createDatabase(client: Client, wish: ApplicationDatabaseWish): Promise<void> {
  const [database, role] = [escapeIdentifier(wish.database), escapeIdentifier(wish.role)];
  try {
    // template1 may hold objects, or another encoding than the one that is asked for.
    await client.query(
      `create database ${database} owner ${role} encoding 'UTF8' template template0`,
    );
  } catch (error) {
    if (!(error instanceof DatabaseError && error.code === "42P04")) throw error;
    const other = await findDatabase(client, wish.database);
    if (other !== undefined) refuseForeign(wish, other);
  }
}

/** Ownership, and the owner's own rights, which somebody may have revoked. */
async function takeOver(client: Client, wish: ApplicationDatabaseWish): Promise<void> {
  const [database, role] = [escapeIdentifier(wish.database), escapeIdentifier(wish.role)];
  const found = await findDatabase(client, wish.database);
  if (found?.owner !== wish.role) {
    await client.query(`alter database ${database} owner to ${role}`);
  }
  const { rows } = await client.query<{ held: boolean }>(
    `select has_database_privilege($1, $2, 'CONNECT') and has_database_privilege($1, $2, 'CREATE')
            and has_database_privilege($1, $2, 'TEMPORARY') as held`,
    [wish.role, wish.database],
  );
  if (rows[0]?.held !== true) await client.query(`grant all on database ${database} to ${role}`);
}
