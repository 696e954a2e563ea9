import * as pulumi from "@pulumi/pulumi";
import type { DatabaseConnection } from "../database/connection";
import type * as implementation from "../database/schemaOwnership";
import type { SchemaOwnershipInputs, SchemaOwnershipOutputs } from "../database/schemaOwnership";

// Both are serialized into the state of every resource of this type: they capture no value and
// name the compiled module by its path from the program's folder, so that the text never changes.
const lifecycle = (): typeof implementation.schemaOwnership =>
  require("./dist/providers/database/schemaOwnership.js").schemaOwnership;
const provider: pulumi.dynamic.ResourceProvider<SchemaOwnershipInputs, SchemaOwnershipOutputs> = {
  check: (olds, news) => lifecycle().check(olds, news),
  diff: (id, olds, news) => lifecycle().diff(id, olds, news),
  create: (inputs) => lifecycle().create(inputs),
  read: (id, olds) => lifecycle().read(id, olds),
  update: (id, olds, news) => lifecycle().update(id, olds, news),
  delete: (id, olds) => lifecycle().delete(id, olds),
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
export class SchemaOwnership extends pulumi.dynamic.Resource {
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
    const secrets = { additionalSecretOutputs: ["connection"] };
    super(provider, name, props, pulumi.mergeOptions(opts, secrets), "antares", "SchemaOwnership");
  }
}
