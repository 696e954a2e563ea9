import type { Properties, ResourceHandler } from "../standIn";
import { checkNamed, differing, nameOf, text, type Kinds } from "./naming";
import { identifier, type PostgresServer, type Run } from "./server";

const kinds: Kinds = {
  name: "string",
  database: "string",
  owner: "string",
  ifNotExists: "boolean",
  dropCascade: "boolean",
};
const defaults = { ifNotExists: true, dropCascade: false };

/** `postgresql:index/schema:Schema` without policies: adopts what exists and takes its ownership. */
export function schemaHandler(server: PostgresServer): ResourceHandler {
  const databaseOf = (values: Properties): string =>
    text(values, "database") ?? server.settings.database;
  const stateOf = (inputs: Properties, owner: string): Properties => ({
    ...inputs,
    owner,
    database: databaseOf(inputs),
  });
  return {
    replaceOn: ["database"],
    check: (args) => checkNamed(args, { kinds, defaults }),
    diff: differing,
    create: async (inputs, context) => {
      const database = databaseOf(inputs);
      const work = (run: Run): Promise<string> => make(run, inputs);
      const owner = await server.transaction({ database, context, work });
      return { id: `${database}.${nameOf(inputs)}`, state: stateOf(inputs, owner) };
    },
    read: async ({ state, inputs }, context) => {
      const work = (run: Run): Promise<string | undefined> => ownerOf(run, nameOf(state));
      const owner = await server.look({ database: databaseOf(state), context, work });
      if (owner === undefined) return undefined;
      const follows = "owner" in inputs ? { ...inputs, owner } : inputs;
      return { state: stateOf(state, owner), inputs: follows };
    },
    update: async ({ oldState, news }, context) => {
      const work = (run: Run): Promise<string> => alter(run, { oldState, news });
      const owner = await server.transaction({ database: databaseOf(news), context, work });
      return stateOf(news, owner);
    },
    delete: async ({ state }, context) => {
      const work = (run: Run): Promise<void> => drop(run, state);
      await server.transaction({ database: databaseOf(state), context, work });
    },
  };
}

async function ownerOf(run: Run, name: string): Promise<string | undefined> {
  const rows = await run(
    `SELECT pg_catalog.pg_get_userbyid(nspowner) AS owner
     FROM pg_catalog.pg_namespace WHERE nspname = $1`,
    [name],
  );
  const owner = rows[0]?.["owner"];
  return typeof owner === "string" ? owner : undefined;
}

async function make(run: Run, inputs: Properties): Promise<string> {
  const name = nameOf(inputs);
  const owner = text(inputs, "owner");
  const there = await ownerOf(run, name);
  if (there === undefined) {
    const authorization = owner === undefined ? "" : ` AUTHORIZATION ${identifier(owner)}`;
    const optional = inputs["ifNotExists"] === false ? "" : "IF NOT EXISTS ";
    const sql = `CREATE SCHEMA ${optional}${identifier(name)}${authorization}`;
    await asMember(run, [owner], () => run(sql));
  } else if (owner !== undefined) {
    await hand(run, { name, from: there, to: owner });
  }
  return proved(run, name);
}

async function alter(
  run: Run,
  { oldState, news }: { oldState: Properties; news: Properties },
): Promise<string> {
  const [before, name, owner] = [nameOf(oldState), nameOf(news), text(news, "owner")];
  if (before !== name) {
    await run(`ALTER SCHEMA ${identifier(before)} RENAME TO ${identifier(name)}`);
  }
  const from = await ownerOf(run, name);
  if (owner !== undefined && from !== undefined && owner !== from) {
    await hand(run, { name, from, to: owner });
  }
  return proved(run, name);
}

async function drop(run: Run, state: Properties): Promise<void> {
  const name = nameOf(state);
  const owner = await ownerOf(run, name);
  if (owner === undefined) return;
  const mode = state["dropCascade"] === true ? "CASCADE" : "RESTRICT";
  await asMember(run, [owner], () => run(`DROP SCHEMA ${identifier(name)} ${mode}`));
}

async function hand(
  run: Run,
  { name, from, to }: { name: string; from: string; to: string },
): Promise<void> {
  const sql = `ALTER SCHEMA ${identifier(name)} OWNER TO ${identifier(to)}`;
  await asMember(run, [from, to], () => run(sql));
}

async function proved(run: Run, name: string): Promise<string> {
  const owner = await ownerOf(run, name);
  if (owner === undefined) throw new Error(`schema ${name} is not there`);
  return owner;
}

/**
 * Does something as a member of the roles. An administrator who is no superuser may act for a role
 * only as its member, so the membership is lent for the time of the transaction.
 */
async function asMember(
  run: Run,
  roles: readonly (string | undefined)[],
  act: () => Promise<unknown>,
): Promise<void> {
  const rows = await run(
    `SELECT rolname AS role FROM pg_catalog.pg_roles
     WHERE rolname = ANY ($1::name[]) AND NOT rolsuper
       AND NOT pg_catalog.pg_has_role(CURRENT_USER, oid, 'MEMBER')`,
    [`{${roles.flatMap((role) => (role === undefined ? [] : [identifier(role)])).join(",")}}`],
  );
  const lent = rows.map((row) => identifier(String(row["role"])));
  for (const role of lent) await run(`GRANT ${role} TO CURRENT_USER`);
  await act();
  for (const role of lent) await run(`REVOKE ${role} FROM CURRENT_USER`);
}
