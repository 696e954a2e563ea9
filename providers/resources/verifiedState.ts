import * as pulumi from "@pulumi/pulumi";
import type { DatabaseConnection } from "../database/connection";
import type { Subject, VerifiedDetails } from "../database/verified";
import type * as implementation from "../database/verifiedState";
import type { VerifiedStateInputs, VerifiedStateOutputs } from "../database/verifiedState";

// Both are serialized into the state of every resource of this type: they capture no value and
// name the compiled module by its path from the program's folder, so that the text never changes.
const lifecycle = (): typeof implementation.verifiedState =>
  require("./dist/providers/database/verifiedState.js").verifiedState;
const provider: pulumi.dynamic.ResourceProvider<VerifiedStateInputs, VerifiedStateOutputs> = {
  check: (olds, news) => lifecycle().check(olds, news),
  diff: (id, olds, news) => lifecycle().diff(id, olds, news),
  create: (inputs) => lifecycle().create(inputs),
  read: (id, olds) => lifecycle().read(id, olds),
  update: (id, olds, news) => lifecycle().update(id, olds, news),
  delete: (id, olds) => lifecycle().delete(id, olds),
};

/** Which state is verified, with what is expected of it. */
export type VerifiedStateArgs = {
  [S in Subject as S["subject"]]: {
    readonly subject: S["subject"];
    readonly expected: pulumi.Input<S["expected"]>;
    readonly connection: pulumi.Input<DatabaseConnection>;
    /** The one command that mends it, for the message. */
    readonly repair: string;
    /** Names of the resources that make the state; running them again is the repair. */
    readonly repairedBy?: string[];
    /** Another text makes the next `up` look again; e.g. the id of the step that made the state. */
    readonly after?: pulumi.Input<string>;
  };
}[Subject["subject"]];

/** Fails while the database is not as expected, and shows on refresh when it no longer is. */
export class VerifiedState extends pulumi.dynamic.Resource {
  /** `ready`; after a refresh also what is wrong, with the repair. */
  declare readonly state: pulumi.Output<string>;
  /** Counts and names as found. */
  declare readonly details: pulumi.Output<VerifiedDetails>;
  /** Tables of antares that were there when the state was last ready. */
  declare readonly known: pulumi.Output<string[]>;

  constructor(name: string, args: VerifiedStateArgs, opts?: pulumi.CustomResourceOptions) {
    const props = {
      ...args,
      connection: pulumi.secret(args.connection),
      state: undefined,
      details: undefined,
      known: undefined,
    };
    const secrets = { additionalSecretOutputs: ["connection"] };
    super(provider, name, props, pulumi.mergeOptions(opts, secrets), "antares", "VerifiedState");
  }
}
