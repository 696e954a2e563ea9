import * as pulumi from "@pulumi/pulumi";
import type { DatabaseConnection } from "../database/connection";
import type * as implementation from "../database/schemaOwnership";
import { DynamicResource, type Kind } from "./dynamic";

const schemaOwnership: Kind<typeof implementation> = {
  type: "SchemaOwnership",
  module: "database/schemaOwnership",
  lifecycle: "schemaOwnership",
  secrets: ["connection"],
};

export interface SchemaOwnershipArgs {
  /** As the administrator, to the application's database. */
  readonly connection: pulumi.Input<DatabaseConnection>;
  /** Role without login; made where absent. */
  readonly owner: string;
  /** `tiger`, `tiger_data` and `topology` where absent. */
  readonly schemas?: string[];
  /** Another text makes the next `up` look again; e.g. the ids of the extensions. */
  readonly after?: pulumi.Input<string>;
}

/** Gives the schemas of the optional PostGIS extensions to a role of their own. */
export class SchemaOwnership extends DynamicResource<typeof implementation> {
  /** Schemas and relations that changed hands when it last ran. */
  declare readonly moved: pulumi.Output<number>;
  /** Whether an old `public.exec(text)` was dropped when it last ran. */
  declare readonly execDropped: pulumi.Output<boolean>;
  /** `ready`; after a refresh also what is wrong. */
  declare readonly state: pulumi.Output<string>;

  constructor(name: string, args: SchemaOwnershipArgs, opts?: pulumi.CustomResourceOptions) {
    const props = {
      ...args,
      connection: pulumi.secret(args.connection),
      moved: undefined,
      execDropped: undefined,
      state: undefined,
    };
    super(schemaOwnership, { name, props }, opts);
  }
}
