import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config/model";
import type { Step } from "../host/host";
import type { Infrastructure } from "../infrastructure/contract";
import { type Acceptance, acceptance } from "./acceptance";
import { antares } from "./antares";
import type { PhaseContext } from "./context";
import { ApplicationStore } from "./database";
import { datacube } from "./datacube";
import { deleteData } from "./deleteData";
import { join, type JoinResult } from "./join";
import { recipe } from "./recipe";
import { settings } from "./settings";
import { share } from "./share";
import { software, type SoftwareResult } from "./software";
import { watch } from "./watch";

export interface BootstrapArgs {
  readonly config: Config<pulumi.Output<string>>;
  readonly infrastructure: Infrastructure;
  /** Whether this run deletes the data, for a `destroy` that follows. */
  readonly deletesData: boolean;
}

/**
 * From hosts, a share and a database server to antares3 on Open Data Cube, verified in the database.
 * Knows nothing of the target it runs on. Destroying it removes no data: no step has a delete.
 */
export class Bootstrap extends pulumi.ComponentResource {
  readonly acceptance: pulumi.Output<Acceptance>;
  readonly software: pulumi.Output<SoftwareResult>;

  constructor(name: string, args: BootstrapArgs, opts?: pulumi.ComponentResourceOptions) {
    super("antares:bootstrap:Bootstrap", name, {}, opts);
    const context: PhaseContext = { name, parent: this, ...args };

    share(context);
    const packages = software(context);
    const store = new ApplicationStore(`${name}-database`, context, { parent: this });
    settings(context, store);
    const schema = datacube(context, store.ready);
    const tables = antares(context);
    const published = recipe(context, packages);
    const joins: Record<string, Step<JoinResult>> = {};
    for (const { host } of args.infrastructure.nodes) {
      joins[host.name] = join(context, host, published);
    }
    const accepted = acceptance(context, { joins, tables });
    watch(context, { connection: store.connection, schema, tables });
    if (args.deletesData) deleteData(context);

    this.acceptance = accepted.result;
    this.software = packages.result;
    this.registerOutputs({ acceptance: this.acceptance, software: this.software });
  }
}
