import * as ec2 from "@pulumi/aws/ec2";
import * as vpc from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import type { AwsAccess } from "../../../config/awsModel";
import type { DaskConfig } from "../../../config/model";
import { named } from "./placed";

export interface SecurityGroupsArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly access: AwsAccess;
  readonly dask: DaskConfig;
  readonly databasePort: number;
}

interface Opening {
  /** Last part of the rule's name. */
  readonly name: string;
  readonly ports: { readonly first: number; readonly last: number };
  /** Why it is there. */
  readonly why: string;
}

const one = (port: number) => ({ first: port, last: port });
const SSH = one(22);
const NFS = one(2049);

/** Who may talk to whom; every rule says why it is there. */
export class SecurityGroups extends pulumi.ComponentResource {
  /** Of every host of the cluster. */
  readonly cluster: ec2.SecurityGroup;
  readonly master: ec2.SecurityGroup;
  readonly nodes: ec2.SecurityGroup;
  readonly share: ec2.SecurityGroup;
  readonly database: ec2.SecurityGroup;
  /** Rules without which no host is reached or gets out. */
  readonly ready: readonly pulumi.Resource[];

  constructor(
    private readonly own: string,
    args: SecurityGroupsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("antares:aws:SecurityGroups", own, {}, opts);
    const group = (name: string, description: string): ec2.SecurityGroup =>
      new ec2.SecurityGroup(
        `${own}-${name}`,
        { vpcId: args.vpcId, description, tags: named(name) },
        { parent: this },
      );
    this.cluster = group("cluster", "Hosts of the cluster among themselves");
    this.master = group("master", "The master from outside");
    this.nodes = group("nodes", "Nodes, which are reached through the master");
    this.share = group("share", "The shared file system");
    this.database = group("database", "The database server");
    this.ready = [
      ...this.openCluster(args.dask),
      ...this.openOutside(args.access),
      this.from(this.nodes, this.master, {
        name: "ssh",
        ports: SSH,
        why: "The deployer reaches nodes through the master",
      }),
      this.from(this.share, this.cluster, {
        name: "nfs",
        ports: NFS,
        why: "Hosts mount the shared file system by NFS 4.1",
      }),
      this.from(this.database, this.cluster, {
        name: "postgresql",
        ports: one(args.databasePort),
        why: "datacube and antares on every host, and the deployer through the master",
      }),
    ];
    this.registerOutputs({ cluster: this.cluster.id });
  }

  /** What the hosts of the cluster say to one another, and their way out. */
  private openCluster(dask: DaskConfig): pulumi.Resource[] {
    const openings: readonly Opening[] = [
      { name: "qmaster", ports: one(6444), why: "The master of Grid Engine, asked by every host" },
      {
        name: "execd",
        ports: one(6445),
        why: "Execution daemons of Grid Engine, told by the master",
      },
      {
        name: "dask-scheduler",
        ports: one(dask.schedulerPort),
        why: "Scheduler of dask, for workers and for clients on the hosts",
      },
      {
        name: "dask-dashboard",
        ports: one(dask.dashboardPort),
        why: "Dashboard of dask, for users on the hosts only",
      },
      {
        name: "dask-workers",
        ports: dask.workerPorts,
        why: "Workers of dask and their nannies hand data to one another",
      },
    ];
    const out = new vpc.SecurityGroupEgressRule(
      `${this.own}-cluster-out`,
      {
        securityGroupId: this.cluster.id,
        ipProtocol: "-1",
        cidrIpv4: "0.0.0.0/0",
        description: "Packages, archives of satellite data, the share, the database, AWS itself",
      },
      { parent: this },
    );
    return [...openings.map((each) => this.from(this.cluster, this.cluster, each)), out];
  }

  /** What the configuration opens to others; nothing else is. */
  private openOutside({ sshFrom, statusPageFrom }: AwsAccess): pulumi.Resource[] {
    const ssh = { name: "ssh", ports: SSH, why: "SSH from network.sshFrom" };
    const page = { name: "page", ports: one(80), why: "Status page, from network.statusPageFrom" };
    return [
      ...sshFrom.map((cidr) => this.outside(cidr, ssh)),
      ...statusPageFrom.map((cidr) => this.outside(cidr, page)),
    ];
  }

  private outside(cidr: string, { name, ports, why }: Opening): pulumi.Resource {
    return new vpc.SecurityGroupIngressRule(
      // Named by what it opens, so that another order of the list changes nothing.
      `${this.own}-master-${name}-${cidr.replace(/[./]/g, "-")}`,
      { ...tcp(this.master, ports), cidrIpv4: cidr, description: why },
      { parent: this },
    );
  }

  private from(
    to: ec2.SecurityGroup,
    source: ec2.SecurityGroup,
    { name, ports, why }: Opening,
  ): pulumi.Resource {
    const of = [this.cluster, this.nodes, this.share, this.database].indexOf(to);
    const role = ["cluster", "nodes", "share", "database"][of] ?? "";
    return new vpc.SecurityGroupIngressRule(
      `${this.own}-${role}-${name}`,
      { ...tcp(to, ports), referencedSecurityGroupId: source.id, description: why },
      { parent: this },
    );
  }
}

function tcp(group: ec2.SecurityGroup, { first, last }: Opening["ports"]) {
  return { securityGroupId: group.id, ipProtocol: "tcp", fromPort: first, toPort: last };
}
