import { lifecycle } from "../lifecycle/lifecycle";
import type { DatabaseConnection } from "./connection";
import { findState, verdict, type Finding, type Subject, type VerifiedDetails } from "./verified";

/** A state that must hold in a database, and the command to show where it does not. */
export type VerifiedStateInputs = Subject & {
  readonly connection: DatabaseConnection;
  /** The one command that mends it, for the message. */
  readonly repair: string;
  /** Names of the resources that make the state; running them again is the repair. */
  readonly repairedBy?: readonly string[];
  /** Another text makes the next `up` look again; e.g. the id of the step that made the state. */
  readonly after?: string;
};

export type VerifiedStateOutputs = VerifiedStateInputs & {
  /** `ready`; after a refresh also what is wrong, with the repair. */
  readonly state: string;
  readonly details: VerifiedDetails;
  /** Tables of antares that were there when the state was last ready. */
  readonly known: readonly string[];
};

/** Engine-facing methods of `VerifiedState`. */
export const verifiedState = lifecycle<VerifiedStateInputs, VerifiedStateOutputs>({
  what: "verification in the database",
  inputs: ["connection", "subject", "expected", "repair", "repairedBy", "after"],
  replaceOn: [{ input: "subject" }],
  limitMs: () => 180_000,
  drift: ({ state, subject, connection: { database } }) =>
    state === "ready" ? undefined : `${subject} in database "${database}" is ${state}`,
  create: async (inputs) => ({
    id: `${inputs.subject}@${inputs.connection.database}`,
    outs: await demand(inputs, []),
  }),
  update: (olds, news) => demand(news, olds.known),
  read: async (olds) => {
    const finding = await findState(olds.connection, withKnown(olds, olds.known));
    return { ...olds, state: verdict(finding, olds.repair), details: finding.details };
  },
});

async function demand(
  inputs: VerifiedStateInputs,
  known: readonly string[],
): Promise<VerifiedStateOutputs> {
  const finding = await findState(inputs.connection, withKnown(inputs, known));
  if (finding.state !== "ready") {
    throw new Error(
      `${inputs.subject} in database "${inputs.connection.database}" is ` +
        verdict(finding, inputs.repair),
    );
  }
  return { ...inputs, state: "ready", details: finding.details, known: tablesOf(finding) };
}

/** Without a list of its own, antares is held to the tables that it once had. */
function withKnown(subject: Subject, known: readonly string[]): Subject {
  if (subject.subject !== "antares" || subject.expected.tables !== undefined) return subject;
  return { subject: "antares", expected: { ...subject.expected, tables: known } };
}

function tablesOf({ details }: Finding): readonly string[] {
  return details.migrations === undefined ? [] : (details.tables ?? []);
}
