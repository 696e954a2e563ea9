import type * as pulumi from "@pulumi/pulumi";
import type * as implementation from "../aws/databaseState";
import { DynamicResource, type Kind } from "./dynamic";

const databaseState: Kind<typeof implementation> = {
  type: "DatabaseState",
  module: "aws/databaseState",
  lifecycle: "databaseState",
  secrets: [],
};

export interface DatabaseStateArgs {
  readonly identifier: pulumi.Input<string>;
  readonly region: string;
  readonly state: "available" | "stopped";
}

/** Holds a database server of RDS running or stopped; without it, the server stays as it is. */
export class DatabaseState extends DynamicResource<typeof implementation> {
  /** What the server was when it was last seen and did not just change. */
  declare readonly found: pulumi.Output<string>;

  constructor(name: string, args: DatabaseStateArgs, opts?: pulumi.CustomResourceOptions) {
    super(databaseState, { name, props: { ...args, found: undefined } }, opts);
  }
}
