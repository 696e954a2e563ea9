import { Provider } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";
import type { AwsTarget, Store } from "../../../config/awsModel";
import type { Config } from "../../../config/model";
import { GeneratedSecret } from "../../../providers/resources/generatedSecret";
import type { SshAccess } from "../../host/access";
import { ALL_INPUTS } from "../../host/frozen";
import type { Host } from "../../host/host";
import type { DatabaseEndpoint, Node, SharedMount } from "../contract";
import { existingServer } from "../database";
import { createMachine, createWay, type Machine, type MachineConfig } from "../machine";
import { masterNeeds, nodeNeeds } from "../needs";
import type { AwsPlace, Provisioned } from "../provisioned";
import { Bucket } from "./bucket";
import { Database } from "./database";
import type { ElasticPlace } from "./elasticPlace";
import { Instances, type Machine as AwsMachine } from "./instances";
import type { Place } from "./network";
import { createPlace } from "./place";
import { ofStack } from "./placed";
import { HostRole } from "./role";
import { SecurityGroups } from "./securityGroups";
import { createShare, type FoundShare } from "./share";

export interface AwsClusterArgs {
  readonly config: Config<pulumi.Output<string>>;
  readonly target: AwsTarget;
}

/**
 * A cluster on Amazon Web Services: network, share, database, bucket, a master and nodes. Only the
 * master is reached from outside. What holds data is protected until `antares:allow` names it.
 */
export class AwsCluster extends pulumi.ComponentResource implements Provisioned {
  readonly database: DatabaseEndpoint;
  readonly share: SharedMount;
  readonly bucket: pulumi.Output<string>;
  readonly bucketRegion: string;
  readonly aws: AwsPlace;
  readonly master: Host;
  readonly masterFqdn: pulumi.Output<string>;
  readonly nodes: readonly Node[];
  readonly elastic?: ElasticPlace;
  readonly parked: boolean;

  constructor(
    private readonly own: string,
    private readonly args: AwsClusterArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("antares:infrastructure:AwsCluster", own, {}, opts);
    this.parked = args.target.power === "parked";
    const inside = { parent: this, provider: this.createProvider() };
    const { region, jobSlots, daskSlots } = args.target;
    const wanted = { target: args.target, share: args.config.share };
    const place = createPlace(`${own}-network`, wanted, inside);
    const groups = this.createGroups(place, inside);
    const bucket = this.createBucket(inside);
    const role = new HostRole(`${own}-host`, { bucketArn: bucket.arn }, inside);
    const { secrets } = args.config;
    const made = { target: args.target, secrets, place, groups, role };
    const instances = new Instances(`${own}-instances`, made, inside);
    const [master, ...nodes] = this.reach(instances);
    this.bucket = bucket.name;
    this.bucketRegion = region;
    this.master = master.host;
    this.masterFqdn = master.fqdn;
    this.nodes = nodes.map(({ host }) => ({ host, jobSlots, daskSlots }));
    const share = this.createShare(place, groups, inside);
    this.share = share.mount;
    const database = this.createDatabase({ place, groups, instances }, inside);
    this.database = database.endpoint;
    const found = { region, place, groups, bucket, role, instances, share };
    this.aws = { ...placeInAccount(found), ...database.inAccount };
    if (args.target.elastic.max > 0) {
      this.elastic = this.placeElastic({ ...made, bucket, instances }, inside);
    }
    this.registerOutputs({
      master: this.master.name,
      nodes: this.nodes.map((node) => node.host.name),
      share: this.share.path,
      ...(this.parked ? { parked: true } : {}),
    });
  }

  private createGroups({ vpcId }: Place, opts: pulumi.ComponentResourceOptions): SecurityGroups {
    const { config, target } = this.args;
    const { dask, database } = config;
    const args = { vpcId, access: target.access, dask, databasePort: database.server.port };
    return new SecurityGroups(`${this.own}-security`, args, opts);
  }

  private createBucket(opts: pulumi.ComponentResourceOptions): Bucket {
    const args = { ...this.args.target.bucket, protect: this.isProtected("bucket") };
    return new Bucket(`${this.own}-bucket`, args, opts);
  }

  /** Nodes that come and go have a role of their own: only they may speak with their group. */
  private placeElastic(
    made: {
      readonly place: Place;
      readonly groups: SecurityGroups;
      readonly bucket: Bucket;
      readonly instances: Instances;
    },
    inside: pulumi.ComponentResourceOptions & { readonly provider: Provider },
  ): ElasticPlace {
    const { place, groups, bucket, instances } = made;
    const own = new HostRole(`${this.own}-elastic`, { bucketArn: bucket.arn }, inside);
    return {
      target: this.args.target,
      provider: inside.provider,
      image: instances.image,
      keyName: instances.login.keyName,
      securityGroups: [groups.cluster.id, groups.nodes.id],
      subnets: place.private.subnets.map(({ id }) => id),
      role: { name: own.role.name, arn: own.role.arn, profile: own.profile },
      ready: [...place.private.ready, ...groups.ready, ...own.ready],
    };
  }

  /** Region and tags are the program's, whatever the environment says. */
  private createProvider(): Provider {
    return new Provider(
      `${this.own}-provider`,
      { region: this.args.target.region, defaultTags: { tags: ofStack() } },
      { parent: this },
    );
  }

  private isProtected(store: Store): boolean {
    return !this.args.target.allow.includes(store);
  }

  private createShare(
    place: Place,
    groups: SecurityGroups,
    opts: pulumi.ComponentResourceOptions,
  ): FoundShare {
    const { region } = this.args.target;
    const { share: config } = this.args.config;
    if (config.kind !== "efs") throw new Error("the configuration let another share pass for AWS");
    const own = { securityGroup: groups.share.id, protect: this.isProtected("share") };
    const args = { region, config, subnets: place.private.subnets, ...own };
    return createShare(`${this.own}-share`, args, opts);
  }

  private createDatabase(
    made: {
      readonly place: Place;
      readonly groups: SecurityGroups;
      readonly instances: Instances;
    },
    opts: pulumi.ComponentResourceOptions,
  ): FoundDatabase {
    const { config, target } = this.args;
    const { server, reach, tunnelPort } = config.database;
    const tunnel = reach === "tunnel" ? { tunnel: { through: this.master, port: tunnelPort } } : {};
    switch (server.kind) {
      case "local":
        throw new Error("the configuration let a local database pass for AWS");
      case "existing":
        return { endpoint: { ...existingServer(config, server), ...tunnel }, inAccount: {} };
      case "rds": {
        const { master, nodes } = made.instances;
        const args = {
          ...{ region: target.region, server, subnets: made.place.private.subnets },
          ...{ securityGroup: made.groups.database.id, protect: this.isProtected("database") },
          upgrade: target.allow.includes("upgrade"),
          ...{ power: target.power, users: [master, ...nodes].map((one) => one.power) },
        };
        const { endpoint, arn, secretArn } = new Database(`${this.own}-database`, args, opts);
        const inAccount = { awsDatabaseArn: arn, awsDatabaseSecretArn: secretArn };
        return { endpoint: { ...endpoint, ...tunnel }, inAccount };
      }
    }
  }

  /** The hosts, master first; nodes are reached through it. */
  private reach({ master, nodes, login }: Instances): [Machine, ...Machine[]] {
    const { config, target } = this.args;
    const digestKey = new GeneratedSecret(
      `${this.own}-digest-key`,
      { length: 32 },
      { parent: this },
    ).value;
    const parked = this.parked ? { parked: true } : {};
    const describe = ({ name, address }: AwsMachine): MachineConfig => ({
      name,
      access: { kind: "ssh", address, port: 22, user: target.compute.user },
      key: login.privateKey,
    });
    const ready = (machine: AwsMachine, jump?: SshAccess): Machine => {
      const needs = jump === undefined ? masterNeeds(config) : nodeNeeds(config);
      const args = { config, machine: describe(machine), needs, digestKey, ...parked };
      const way = jump === undefined ? {} : { jump };
      return createMachine(this.own, { ...args, ...way }, this.anewWith(machine));
    };
    const way = createWay(
      `${this.own}-${master.name}-way`,
      { config, machine: describe(master), ...parked },
      this.anewWith(master),
    );
    return [ready(master), ...nodes.map((node) => ready(node, way))];
  }

  /** Another instance behind the same address has another host key, and nothing was run on it yet. */
  private anewWith({ instance, power }: AwsMachine) {
    return {
      ...{ parent: this, dependsOn: [instance, power], replaceWith: [instance] },
      ...(this.parked ? { ignoreChanges: ALL_INPUTS } : {}),
    };
  }
}

interface FoundDatabase {
  readonly endpoint: DatabaseEndpoint;
  readonly inAccount: Pick<AwsPlace, "awsDatabaseArn" | "awsDatabaseSecretArn">;
}

/** What other programs find the parts of the cluster by. */
function placeInAccount(found: {
  readonly region: string;
  readonly place: Place;
  readonly groups: SecurityGroups;
  readonly bucket: Bucket;
  readonly role: HostRole;
  readonly instances: Instances;
  readonly share: FoundShare;
}): AwsPlace {
  const { region, place, groups, bucket, role, instances, share } = found;
  return {
    awsRegion: region,
    awsVpcId: place.vpcId,
    awsPrivateSubnetIds: pulumi.all(place.private.subnets.map(({ id }) => id)),
    awsClusterSecurityGroupId: groups.cluster.id,
    awsBucketName: bucket.name,
    awsBucketArn: bucket.arn,
    awsFileSystemId: share.fileSystemId,
    awsHostRoleArn: role.role.arn,
    awsMasterInstanceId: instances.master.instance.id,
  };
}
