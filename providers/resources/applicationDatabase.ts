import * as pulumi from "@pulumi/pulumi";
import type { DatabaseConnection } from "../database/connection";
import type * as implementation from "../database/applicationDatabase";
import { DynamicResource, type Kind } from "./dynamic";

const applicationDatabase: Kind<typeof implementation> = {
  type: "ApplicationDatabase",
  module: "database/applicationDatabase",
  lifecycle: "applicationDatabase",
  secrets: ["connection", "password"],
};

export interface ApplicationDatabaseArgs {
  /** As the administrator, to a maintenance database. */
  readonly connection: pulumi.Input<DatabaseConnection>;
  readonly role: string;
  readonly password: pulumi.Input<string>;
  readonly database: string;
}

/** Role and database of datacube and antares: made, or adopted where they are there. Both stay when it is deleted. */
export class ApplicationDatabase extends DynamicResource<typeof implementation> {
  declare readonly owner: pulumi.Output<string>;
  declare readonly encoding: pulumi.Output<string>;
  /** E.g. `15.14`. */
  declare readonly serverVersion: pulumi.Output<string>;
  /** `ready`; after a refresh also what is wrong. */
  declare readonly state: pulumi.Output<string>;

  constructor(name: string, args: ApplicationDatabaseArgs, opts?: pulumi.CustomResourceOptions) {
    const props = {
      ...args,
      connection: pulumi.secret(args.connection),
      password: pulumi.secret(args.password),
      owner: undefined,
      encoding: undefined,
      serverVersion: undefined,
      state: undefined,
    };
    super(applicationDatabase, { name, props }, opts);
  }
}
