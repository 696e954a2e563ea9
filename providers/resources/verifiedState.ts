import * as pulumi from "@pulumi/pulumi";
import type { DatabaseConnection } from "../database/connection";
import type { Subject, VerifiedDetails } from "../database/verified";
import type * as implementation from "../database/verifiedState";
import { DynamicResource, type Kind } from "./dynamic";

const verifiedState: Kind<typeof implementation> = {
  type: "VerifiedState",
  module: "database/verifiedState",
  lifecycle: "verifiedState",
  secrets: ["connection"],
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
export class VerifiedState extends DynamicResource<typeof implementation> {
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
    super(verifiedState, { name, props }, opts);
  }
}
