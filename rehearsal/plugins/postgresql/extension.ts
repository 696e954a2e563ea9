import type { CallContext, Existing, Properties, ResourceHandler } from "../standIn";
import { checkNamed, differing, nameOf, text, type Kinds } from "./naming";
import { identifier, type PostgresServer, type Run } from "./server";

const kinds: Kinds = {
  name: "string",
  database: "string",
  schema: "string",
  version: "string",
  createCascade: "boolean",
  dropCascade: "boolean",
};
const defaults = { createCascade: false, dropCascade: false };

/** `postgresql:index/extension:Extension`: adopts what exists, drops with RESTRICT. */
export function extensionHandler(server: PostgresServer): ResourceHandler {
  const databaseOf = (values: Properties): string =>
    text(values, "database") ?? server.settings.database;
  const find = (values: Properties, context: CallContext): Promise<Properties | undefined> => {
    const work = (run: Run): Promise<Properties | undefined> => current(run, nameOf(values));
    return server.look({ database: databaseOf(values), context, work });
  };
  const stateOf = (inputs: Properties, found: Properties): Properties => ({
    ...inputs,
    ...found,
    database: databaseOf(inputs),
  });
  return {
    replaceOn: ["name", "database"],
    check: (args) => checkNamed(args, { kinds, defaults }),
    diff: differing,
    create: async (inputs, context) => {
      const database = databaseOf(inputs);
      const work = (run: Run): Promise<Properties> => make(run, inputs);
      const found = await server.transaction({ database, context, work });
      return { id: `${database}.${nameOf(inputs)}`, state: stateOf(inputs, found) };
    },
    read: async ({ state, inputs, id }, context): Promise<Existing | undefined> => {
      const known = text(state, "name") === undefined ? imported(id) : { ...inputs, ...state };
      const found = await find(known, context);
      if (found === undefined) return undefined;
      return { state: stateOf(known, found), inputs: refreshed(inputs, found) };
    },
    update: async ({ oldState, news }, context) => {
      const work = (run: Run): Promise<Properties> => alter(run, { oldState, news });
      return stateOf(news, await server.transaction({ database: databaseOf(news), context, work }));
    },
    delete: async ({ state }, context) => {
      const work = (run: Run): Promise<void> => drop(run, state);
      await server.transaction({ database: databaseOf(state), context, work });
    },
  };
}

async function drop(run: Run, state: Properties): Promise<void> {
  const mode = state["dropCascade"] === true ? "CASCADE" : "RESTRICT";
  await run(`DROP EXTENSION ${identifier(nameOf(state))} ${mode}`);
}

async function current(run: Run, name: string): Promise<Properties | undefined> {
  const rows = await run(
    `SELECT n.nspname AS schema, e.extversion AS version
     FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
     WHERE e.extname = $1`,
    [name],
  );
  return rows[0];
}

async function make(run: Run, inputs: Properties): Promise<Properties> {
  const schema = text(inputs, "schema");
  const version = text(inputs, "version");
  const words = [
    `CREATE EXTENSION IF NOT EXISTS ${identifier(nameOf(inputs))}`,
    ...(schema === undefined ? [] : [`SCHEMA ${identifier(schema)}`]),
    ...(version === undefined ? [] : [`VERSION ${identifier(version)}`]),
    ...(inputs["createCascade"] === true ? ["CASCADE"] : []),
  ];
  await run(words.join(" "));
  return proved(run, inputs);
}

async function alter(
  run: Run,
  { oldState, news }: { oldState: Properties; news: Properties },
): Promise<Properties> {
  const name = identifier(nameOf(news));
  const schema = text(news, "schema");
  const version = text(news, "version");
  if (schema !== undefined && schema !== oldState["schema"]) {
    await run(`ALTER EXTENSION ${name} SET SCHEMA ${identifier(schema)}`);
  }
  if (version !== undefined && version !== oldState["version"]) {
    await run(`ALTER EXTENSION ${name} UPDATE TO ${identifier(version)}`);
  }
  return proved(run, news);
}

async function proved(run: Run, values: Properties): Promise<Properties> {
  const found = await current(run, nameOf(values));
  if (found === undefined) throw new Error(`extension ${nameOf(values)} is not there`);
  return found;
}

/** Inputs after a refresh: what was given follows what is there, so that drift shows. */
function refreshed(inputs: Properties, found: Properties): Properties {
  const follows = Object.entries(found).filter(([key]) => key in inputs);
  return { ...inputs, ...Object.fromEntries(follows) };
}

/** `DATABASE.EXTENSION`, as `pulumi import` takes it. */
function imported(id: string): Properties {
  const [database, name, ...rest] = id.split(".");
  if (database === undefined || name === undefined || rest.length > 0) {
    throw new Error(`extension ID ${id} has not the expected format 'database.extension'`);
  }
  return { ...defaults, database, name };
}
