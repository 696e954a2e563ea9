import { lifecycle } from "../lifecycle/lifecycle";
import { ensureOwnership, gisSchemas, readOwnership, type OwnershipWish } from "./ownership";

export interface SchemaOwnershipInputs extends Omit<OwnershipWish, "schemas"> {
  /** The schemas of the optional PostGIS extensions where absent. */
  readonly schemas?: readonly string[];
  /** Another text makes the next `up` look again; e.g. the ids of the extensions. */
  readonly after?: string;
}

export interface SchemaOwnershipOutputs extends SchemaOwnershipInputs {
  /** Schemas and relations that changed hands when it last ran. */
  readonly moved: number;
  /** Whether an old `public.exec(text)` was dropped when it last ran. */
  readonly execDropped: boolean;
  /** `ready`; after a refresh also what is wrong. */
  readonly state: string;
}

/** Engine-facing methods of `SchemaOwnership`. The new owner stays when it is deleted. */
export const schemaOwnership = lifecycle<SchemaOwnershipInputs, SchemaOwnershipOutputs>({
  what: "ownership of the PostGIS schemas",
  inputs: ["connection", "owner", "schemas", "after"],
  replaceOn: [
    {
      input: "connection",
      identity: ({ connection: { host, port, database } }) => [host, port, database],
    },
  ],
  limitMs: () => 240_000,
  drift: ({ state }) => (state === "ready" ? undefined : state),
  create: async (inputs) => ({
    id: `${inputs.owner}@${inputs.connection.database}`,
    outs: await ensure(inputs),
  }),
  update: (_olds, news) => ensure(news),
  read: async (olds) => {
    const { foreign, hasExec } = await readOwnership(wish(olds));
    const wrong = [
      ...(foreign === 0 ? [] : [`${foreign} schemas or relations do not belong to ${olds.owner}`]),
      ...(hasExec ? ["function public.exec(text) is there"] : []),
    ];
    const state = wrong.length === 0 ? "ready" : `${wrong.join(", ")}; repair with the next up`;
    return { ...olds, state };
  },
});

async function ensure(inputs: SchemaOwnershipInputs): Promise<SchemaOwnershipOutputs> {
  return { ...inputs, ...(await ensureOwnership(wish(inputs))), state: "ready" };
}

function wish({ connection, owner, schemas }: SchemaOwnershipInputs): OwnershipWish {
  return { connection, owner, schemas: schemas ?? gisSchemas };
}
