import * as pulumi from "@pulumi/pulumi";
import type { Config, SingleTarget } from "../../config/model";
import { GeneratedSecret } from "../../providers/resources/generatedSecret";
import type { Host } from "../host/host";
import type { DatabaseEndpoint, Infrastructure, Node, SharedMount } from "./contract";
import { createDatabase } from "./database";
import { createMachine } from "./machine";
import { masterNeeds } from "./needs";
import { sharedMount } from "./share";

export interface SingleMachineArgs {
  readonly config: Config<pulumi.Output<string>>;
  readonly target: SingleTarget;
}

/**
 * One machine is master and only node; a local directory is the share. PostgreSQL is a cluster of
 * its own from the distribution, or an existing server. Destroying it leaves the machine as it is.
 */
export class SingleMachine extends pulumi.ComponentResource implements Infrastructure {
  readonly database: DatabaseEndpoint;
  readonly share: SharedMount;
  readonly master: Host;
  readonly masterFqdn: pulumi.Output<string>;
  readonly nodes: readonly Node[];

  constructor(name: string, args: SingleMachineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("antares:infrastructure:SingleMachine", name, {}, opts);
    const parent = this;
    const { config, target } = args;
    const digestKey = new GeneratedSecret(`${name}-digest-key`, { length: 32 }, { parent }).value;
    const { host: machine } = target;
    const needs = masterNeeds(config);
    const { host, fqdn } = createMachine(name, { config, machine, needs, digestKey }, { parent });
    this.master = host;
    this.masterFqdn = fqdn;
    this.nodes = [{ host, jobSlots: config.scheduler.jobSlots, daskSlots: config.dask.slots }];
    this.share = sharedMount(config.share);
    this.database = createDatabase(name, { config, master: host }, { parent });
    this.registerOutputs({ host: host.name, share: this.share.path });
  }
}
