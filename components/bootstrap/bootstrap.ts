import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config/model";
import { frozen } from "../host/frozen";
import type { Infrastructure } from "../infrastructure/contract";
import { type Acceptance, acceptance } from "./acceptance";
import { antares } from "./antares";
import { bakeScript } from "./bake";
import type { PhaseContext } from "./context";
import { ApplicationStore } from "./database";
import { dask } from "./dask";
import { datacube } from "./datacube";
import { deleteData } from "./deleteData";
import { join } from "./join";
import { recipe } from "./recipe";
import { scheduler } from "./scheduler";
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

/** How a host becomes a node without a run of this program. */
export interface Entry {
  /** Mounts the share, checks the recipe and runs it; run as root, as often as one likes. */
  readonly script: pulumi.Output<string>;
  /** Script that installs a node's software on a bare host and makes it fit for an image. */
  readonly bake: () => pulumi.Output<string>;
  /** What must exist before a host can be admitted. */
  readonly ready: readonly pulumi.Resource[];
}

/**
 * From hosts, a share and a database server to antares3 on Open Data Cube, verified in the database.
 * Knows nothing of the target it runs on. Destroying it removes no data: no step has a delete.
 */
export class Bootstrap extends pulumi.ComponentResource {
  /** Absent while the cluster is parked. */
  readonly acceptance: pulumi.Output<Acceptance> | undefined;
  readonly software: pulumi.Output<SoftwareResult>;
  /** What makes a node of a host that has mounted the share, run there as root. */
  readonly joinCommand: pulumi.Output<string>;
  /** What lets hosts in that come later, by themselves. */
  readonly entry: Entry;

  constructor(name: string, args: BootstrapArgs, opts?: pulumi.ComponentResourceOptions) {
    const isParked = args.infrastructure.parked === true;
    const kept = isParked ? { transformations: [frozen] } : {};
    super("antares:bootstrap:Bootstrap", name, {}, pulumi.mergeOptions(opts, kept));
    const context: PhaseContext = { name, parent: this, ...args };

    const shared = share(context);
    const packages = software(context);
    const store = new ApplicationStore(`${name}-database`, context, { parent: this });
    settings(context, store);
    // Nodes begin when they have the recipe, while the master makes Grid Engine and, beside it, the tables.
    const published = recipe(context, { share: shared, software: packages });
    const admits = scheduler(context, { shareId: published.shareId, software: packages });
    const schema = datacube(context, store.ready);
    const tables = antares(context);
    for (const node of args.infrastructure.nodes) join(context, node, published);
    dask(context, packages);
    // A parked cluster is not what was accepted: the step is forgotten, and runs when it is back.
    const made = { recipe: published, tables, scheduler: admits };
    const accepted = isParked ? undefined : acceptance(context, made).result;
    watch(context, { connection: store.connection, schema, tables });
    if (args.deletesData) deleteData(context);

    this.acceptance = accepted;
    this.software = packages.result;
    this.joinCommand = published.joinCommand;
    const steps = admits === undefined ? [published.step] : [published.step, admits];
    this.entry = {
      script: published.joinScript,
      bake: () => bakeScript(context, { shareId: published.shareId, software: packages }),
      ready: steps.map(({ resource }) => resource),
    };
    this.registerOutputs({ acceptance: this.acceptance, software: this.software });
  }
}
