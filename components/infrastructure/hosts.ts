import * as pulumi from "@pulumi/pulumi";
import type { ClusterHostConfig, Config, HostsTarget } from "../../config/model";
import { GeneratedSecret } from "../../providers/resources/generatedSecret";
import type { SshAccess } from "../host/access";
import type { Host } from "../host/host";
import type { DatabaseEndpoint, Infrastructure, Node, SharedMount } from "./contract";
import { createDatabase } from "./database";
import { createMachine, createWay, type Machine } from "./machine";
import { masterNeeds, nodeNeeds } from "./needs";
import { sharedMount } from "./share";

export interface ExistingHostsArgs {
  readonly config: Config<pulumi.Output<string>>;
  readonly target: HostsTarget;
}

/**
 * Existing machines behind SSH: a master and nodes. No host waits for another one but for the jump
 * host that leads to it, so that one bad host stops none of the others. Destroying it leaves the
 * machines as they are.
 */
export class ExistingHosts extends pulumi.ComponentResource implements Infrastructure {
  readonly database: DatabaseEndpoint;
  readonly share: SharedMount;
  readonly master: Host;
  readonly masterFqdn: pulumi.Output<string>;
  readonly nodes: readonly Node[];

  constructor(name: string, args: ExistingHostsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("antares:infrastructure:ExistingHosts", name, {}, opts);
    const { config, target } = args;
    const machines = this.createMachines(name, args);
    const master = target.hosts.findIndex(({ role }) => role === "master");
    const { host, fqdn } = found(machines[master], "a master");
    this.master = host;
    this.masterFqdn = fqdn;
    this.nodes = target.hosts.flatMap(({ jobSlots, daskSlots }, i) => {
      const node = machines[i]?.host;
      return node && jobSlots + daskSlots > 0 ? [{ host: node, jobSlots, daskSlots }] : [];
    });
    this.share = sharedMount(config.share);
    this.database = createDatabase(name, { config, master: host, fqdn }, { parent: this });
    this.registerOutputs({
      master: host.name,
      nodes: this.nodes.map((node) => node.host.name),
      share: this.share.path,
    });
  }

  /** In configuration order; undefined for hosts that only lead to others. */
  private createMachines(
    name: string,
    { config, target: { hosts } }: ExistingHostsArgs,
  ): readonly (Machine | undefined)[] {
    const opts = { parent: this };
    const digestKey = new GeneratedSecret(`${name}-digest-key`, { length: 32 }, opts).value;
    const ways = this.createWays(name, { config, hosts });
    return hosts.map((machine) => {
      if (machine.role === "jump") return undefined;
      const needs = machine.role === "master" ? masterNeeds(config) : nodeNeeds(config);
      const jump =
        machine.jump === undefined ? {} : { jump: found(ways.get(machine.jump), "jump") };
      return createMachine(name, { config, machine, needs, digestKey, ...jump }, opts);
    });
  }

  /** The hosts that lead to others, by name. */
  private createWays(
    name: string,
    { config, hosts }: { config: ExistingHostsArgs["config"]; hosts: readonly ClusterHostConfig[] },
  ): ReadonlyMap<string, SshAccess> {
    const leads = new Set(hosts.map(({ jump }) => jump));
    const ways = hosts.filter(({ name: own, role }) => role === "jump" || leads.has(own));
    return new Map(
      ways.map((machine) => {
        const suffix = machine.role === "jump" ? "ready" : "way";
        const resource = `${name}-${machine.name}-${suffix}`;
        return [machine.name, createWay(resource, { config, machine }, { parent: this })];
      }),
    );
  }
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the configuration let a cluster pass without ${what}`);
  return value;
}
