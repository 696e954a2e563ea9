import { setTimeout as sleep } from "node:timers/promises";
import { type Lifecycle, lifecycle } from "../lifecycle/lifecycle";
import { type DatabaseServer, type ServerPlace, withServer } from "./databaseServer";

type State = "available" | "stopped";

/** A database server that is to run, or not to. */
export interface DatabaseStateInputs {
  readonly identifier: string;
  readonly region: string;
  readonly state: State;
}

export interface DatabaseStateOutputs extends DatabaseStateInputs {
  /** What it was when it was last seen and did not just change. */
  readonly found: State;
}

/** Time, and where AWS answers: tests have their own. */
export interface Surroundings {
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
  readonly endpoint?: string;
}

const EVERY_MS = 12_000;
const LIMIT_MINUTES = 30;
/** How often AWS may say no to what its own status permits; it may have changed in between. */
const REFUSALS = 5;

/** Engine-facing methods of `DatabaseState`, in the given surroundings. */
export function databaseStateIn(
  around: Surroundings,
): Lifecycle<DatabaseStateInputs, DatabaseStateOutputs> {
  const endpoint = around.endpoint === undefined ? {} : { endpoint: around.endpoint };
  const bring = async (inputs: DatabaseStateInputs): Promise<DatabaseStateOutputs> => {
    const { identifier, region, state } = inputs;
    await withServer({ identifier, region, ...endpoint }, (server) => hold(server, inputs, around));
    return { identifier, region, state, found: state };
  };
  return lifecycle<DatabaseStateInputs, DatabaseStateOutputs>({
    what: "state of the database server",
    inputs: ["identifier", "region", "state"],
    replaceOn: [{ input: "identifier" }, { input: "region" }],
    // Its own limit comes first, for that one tells more.
    limitMs: () => (LIMIT_MINUTES + 5) * 60_000,
    drift: ({ identifier, state, found }) =>
      found === state
        ? undefined
        : `${identifier} is ${found}; the next up ${state === "stopped" ? "stops" : "starts"} it`,
    create: async (inputs) => ({ id: inputs.identifier, outs: await bring(inputs) }),
    update: (_olds, news) => bring(news),
    read: (olds) => look(olds, { ...olds, ...endpoint }),
  });
}

/** Engine-facing methods of `DatabaseState`. */
export const databaseState = databaseStateIn({ now: Date.now, sleep });

async function look(
  olds: DatabaseStateOutputs,
  { identifier, region, endpoint }: ServerPlace,
): Promise<DatabaseStateOutputs | undefined> {
  const place = { identifier, region, ...(endpoint === undefined ? {} : { endpoint }) };
  const status = await withServer(place, (server) => server.status());
  // On its way from one to the other it is neither; it is seen the next time.
  return status === undefined ? undefined : { ...olds, found: restingIn(status) ?? olds.found };
}

/** Starts or stops the server as often as it rests in the other state, until it rests in this one. */
async function hold(
  server: DatabaseServer,
  inputs: DatabaseStateInputs,
  { now, sleep }: Surroundings,
): Promise<void> {
  const { state } = inputs;
  const end = now() + LIMIT_MINUTES * 60_000;
  for (let refusals = 0; ;) {
    const status = await statusOf(server, inputs);
    const rests = restingIn(status);
    if (rests === state) return;
    if (now() >= end) {
      const still = `is in status ${status} after ${LIMIT_MINUTES} minutes`;
      throw fault(inputs, `${still}, and is to be ${state}; the next up goes on waiting`);
    }
    if (rests !== undefined) {
      const refusal = await (state === "stopped" ? server.stop() : server.start());
      if (refusal !== undefined && ++refusals >= REFUSALS) {
        throw fault(inputs, `is in status ${status}, and AWS refuses to change that: ${refusal}`);
      }
    }
    await sleep(EVERY_MS);
  }
}

/** @throws Error where there is no server, or one that waiting does not help. */
async function statusOf(server: DatabaseServer, inputs: DatabaseStateInputs): Promise<string> {
  const status = await server.status();
  if (status === undefined) {
    throw fault(inputs, `is not in ${inputs.region}: npm run refresh, then up`);
  }
  const help = HELP.find(([statuses]) => statuses.test(status));
  if (help !== undefined) throw fault(inputs, `is in status ${status}: ${help[1]}`);
  return status;
}

const fault = ({ identifier }: DatabaseStateInputs, what: string): Error =>
  new Error(`database server ${identifier} ${what}`);

/** What a status comes to; undefined where it passes, or does not without help. */
function restingIn(status: string): State | undefined {
  if (status === "stopped") return "stopped";
  // Storage is rearranged for hours, beside the work of a server that runs.
  return status === "available" || status === "storage-optimization" ? "available" : undefined;
}

/** Statuses that do not pass by themselves, and what to do. Of those that AWS may add, we wait. */
const HELP: readonly (readonly [RegExp, string])[] = [
  [/^storage-full$/, "give it more space in the console of RDS, then up again"],
  [/^insufficient-capacity$/, "AWS has no room for its class at the moment; up again later"],
  [
    /^inaccessible-encryption-credentials-recoverable$/,
    "AWS cannot use its key; enable that in KMS, and start the server in the console of RDS",
  ],
  [
    /^(delete-precheck|deleting)$/,
    "somebody deletes it; when it is gone, npm run refresh, then up",
  ],
  [
    /^(failed|restore-error|incompatible-.*|inaccessible-encryption-credentials)$/,
    "its events in the console of RDS tell why; mend it there, then up again",
  ],
];
