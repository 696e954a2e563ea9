import { escapeIdentifier, escapeLiteral, type Client } from "pg";
import { scramVerifier } from "./verifier";

/** What the catalogue says of a role. */
export interface RoleFacts {
  readonly isSuperuser: boolean;
  readonly canLogin: boolean;
  readonly canCreateDatabase: boolean;
  readonly canCreateRole: boolean;
}

/** The role's attributes; `undefined` where there is no such role. */
export async function findRole(client: Client, name: string): Promise<RoleFacts | undefined> {
  const { rows } = await client.query<RoleFacts>(
    `select rolsuper as "isSuperuser", rolcanlogin as "canLogin",
            rolcreatedb as "canCreateDatabase", rolcreaterole as "canCreateRole"
       from pg_catalog.pg_roles where rolname = $1`,
    [name],
  );
  return rows[0];
}

/**
 * Makes or adopts a role that may log in and nothing else, and sets its password.
 *
 * @returns true where the role was made by this call.
 * @throws Error for a superuser of that name, or for the administrator's own.
 */
export async function ensureLoginRole(
  client: Client,
  { role, password }: { readonly role: string; readonly password: string },
): Promise<boolean> {
  const found = await findRole(client, role);
  const admin = await currentUser(client);
  if (role === admin) {
    throw new Error(`role "${role}" is the administrator; give the application a role of its own`);
  }
  if (found?.isSuperuser === true) {
    throw new Error(`role "${role}" exists and is a superuser; give the application another name`);
  }
  const secret = escapeLiteral(await scramVerifier(password));
  const name = escapeIdentifier(role);
  if (found === undefined) {
    await client.query(
      `create role ${name} login nosuperuser nocreatedb nocreaterole password ${secret}`,
    );
    return true;
  }
  // Only what differs: some servers demand rights for merely naming an attribute.
  const change = [
    found.canLogin ? "" : "login",
    found.canCreateDatabase ? "nocreatedb" : "",
    found.canCreateRole ? "nocreaterole" : "",
  ];
  await client.query(`alter role ${name} ${change.join(" ")} password ${secret}`);
  return false;
}

/** Makes a role without login where it is absent; an existing one is left as it is. */
export async function ensureGroupRole(client: Client, role: string): Promise<void> {
  if ((await findRole(client, role)) !== undefined) return;
  await client.query(`create role ${escapeIdentifier(role)} nologin`);
}

/**
 * Lets the administrator act as the role, which handing things over to it takes. From PostgreSQL 16
 * on the creator of a role may administer it and still not act as it.
 */
export async function joinRole(client: Client, role: string): Promise<void> {
  const { rows } = await client.query<{ version: number }>(
    "select current_setting('server_version_num')::int as version",
  );
  const right = (rows[0]?.version ?? 0) >= 160_000 ? "SET" : "MEMBER";
  const held = await client.query<{ held: boolean }>(
    "select pg_catalog.pg_has_role(current_user, $1, $2) as held",
    [role, right],
  );
  if (held.rows[0]?.held === true) return;
  await client.query(`grant ${escapeIdentifier(role)} to current_user`);
}

async function currentUser(client: Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>("select current_user as name");
  return rows[0]?.name ?? "";
}
