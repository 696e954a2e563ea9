import { lifecycle, type InputFault } from "../lifecycle/lifecycle";
import {
  ensureApplicationDatabase,
  readApplicationDatabase,
  type ApplicationDatabaseFacts,
  type ApplicationDatabaseWish,
} from "./application";

export type ApplicationDatabaseInputs = ApplicationDatabaseWish;

export interface ApplicationDatabaseOutputs extends ApplicationDatabaseInputs {
  readonly owner: string;
  readonly encoding: string;
  readonly serverVersion: string;
  /** `ready`; after a refresh also what is wrong. */
  readonly state: string;
}

/** Engine-facing methods of `ApplicationDatabase`. Role and database stay when it is deleted. */
export const applicationDatabase = lifecycle<ApplicationDatabaseInputs, ApplicationDatabaseOutputs>(
  {
    what: "application database",
    inputs: ["connection", "role", "password", "database"],
    replaceOn: [
      { input: "role" },
      { input: "database" },
      // Another server: what was made in the old one is not in it. Another password is the same one.
      { input: "connection", identity: ({ connection: { host, port } }) => [host, port] },
    ],
    limitMs: () => 240_000,
    faults: ({ role, database }) => [
      ...nameFaults("role", role),
      ...nameFaults("database", database),
    ],
    drift: ({ state }) => (state === "ready" ? undefined : state),
    create: async (inputs) => {
      const { host, port } = inputs.connection;
      return { id: `${host}:${port}/${inputs.database}`, outs: await ensure(inputs) };
    },
    update: (_olds, news) => ensure(news),
    read: async (olds) => {
      const facts = await readApplicationDatabase(olds);
      return facts === undefined ? undefined : outputs(olds, facts);
    },
  },
);

async function ensure(inputs: ApplicationDatabaseInputs): Promise<ApplicationDatabaseOutputs> {
  return outputs(inputs, await ensureApplicationDatabase(inputs));
}

function outputs(
  { connection, role, password, database }: ApplicationDatabaseInputs,
  { canLogin, ...facts }: ApplicationDatabaseFacts,
): ApplicationDatabaseOutputs {
  const wrong = [
    ...(facts.owner === role ? [] : [`database ${database} belongs to ${facts.owner}`]),
    ...(canLogin ? [] : [`role ${role} may not log in`]),
  ];
  const state = wrong.length === 0 ? "ready" : `${wrong.join(", ")}; repair with the next up`;
  return { connection, role, password, database, ...facts, state };
}

/** PostgreSQL cuts longer names off without a word, and `pg_` is its own. */
function nameFaults(property: string, name: string): InputFault[] {
  if (Buffer.byteLength(name) > 63 || name === "") {
    return [{ property, reason: "must have 1 to 63 bytes" }];
  }
  return name.startsWith("pg_") ? [{ property, reason: "must not begin with pg_" }] : [];
}
