import * as pulumi from "@pulumi/pulumi";
import type { DatabaseConnection } from "../database/connection";
import type * as implementation from "../database/applicationDatabase";
import type {
  ApplicationDatabaseInputs,
  ApplicationDatabaseOutputs,
} from "../database/applicationDatabase";

// Both are serialized into the state of every resource of this type: they capture no value and
// name the compiled module by its path from the program's folder, so that the text never changes.
const lifecycle = (): typeof implementation.applicationDatabase =>
  require("./dist/providers/database/applicationDatabase.js").applicationDatabase;
const provider: pulumi.dynamic.ResourceProvider<
  ApplicationDatabaseInputs,
  ApplicationDatabaseOutputs
> = {
  check: (olds, news) => lifecycle().check(olds, news),
  diff: (id, olds, news) => lifecycle().diff(id, olds, news),
  create: (inputs) => lifecycle().create(inputs),
  read: (id, olds) => lifecycle().read(id, olds),
  update: (id, olds, news) => lifecycle().update(id, olds, news),
  delete: (id, olds) => lifecycle().delete(id, olds),
};

export interface ApplicationDatabaseArgs {
  /** As the administrator, to a maintenance database. */
  readonly connection: pulumi.Input<DatabaseConnection>;
  readonly role: string;
  readonly password: pulumi.Input<string>;
  readonly database: string;
}

/** Role and database of datacube and antares: made, or adopted where they are there. Both stay when it is deleted. */
export class ApplicationDatabase extends pulumi.dynamic.Resource {
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
    const secrets = { additionalSecretOutputs: ["connection", "password"] };
    super(
      provider,
      name,
      props,
      pulumi.mergeOptions(opts, secrets),
      "antares",
      "ApplicationDatabase",
    );
  }
}
