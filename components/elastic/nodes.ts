import * as autoscaling from "@pulumi/aws/autoscaling";
import * as ec2 from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import type { AwsTarget } from "../../config/awsModel";
import type { Entry } from "../bootstrap/bootstrap";
import type { Host } from "../host/host";
import type { ElasticPlace } from "../infrastructure/aws/elasticPlace";
import { METADATA, named, NODE_TAGS, ofStack } from "../infrastructure/aws/placed";
import { Image } from "./image";
import { createRejoin } from "./rejoin";
import { createRights } from "./rights";
import { HOOKS, userData } from "./userData";

export interface ElasticNodesArgs {
  readonly place: ElasticPlace;
  readonly entry: Entry;
  readonly master: Host;
  /** Path of the shared directory. */
  readonly share: string;
}

/**
 * Nodes that come and go: an Auto Scaling group whose instances join by the recipe at their first
 * boot and say good-bye when the group ends them. No run of the program waits for one of them.
 */
export class ElasticNodes extends pulumi.ComponentResource {
  /** Name of the Auto Scaling group. */
  readonly group: pulumi.Output<string>;

  constructor(
    private readonly own: string,
    private readonly args: ElasticNodesArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("antares:elastic:ElasticNodes", own, {}, { ...opts, provider: args.place.provider });
    const inside = { parent: this };
    // The role's name is drawn by the engine, once for each stack; the group takes it, too, so that it
    // is known to the node, to the rights and to the association before the group starts a node.
    const { name } = args.place.role;
    const { script: enter, ready } = args.entry;
    // What it runs must be on the share before.
    const published = { ...inside, dependsOn: [...ready] };
    const rejoin = createRejoin(`${own}-join`, { group: name, enter }, published);
    const rights = createRights(own, { place: args.place, group: name, rejoin }, inside);
    this.group = this.createGroup(this.createTemplate(), [...rights, rejoin.association]).name;
    this.registerOutputs({ group: this.group });
  }

  private createTemplate(): ec2.LaunchTemplate {
    const { place, entry } = this.args;
    const { target, role } = place;
    const text = pulumi.all([role.name, entry.script]);
    const tags = named("elastic");
    // Two names, so that who turns `elastic.baked` off gets another one: a template that keeps the image it has
    // would keep one that goes.
    const own = target.elastic.baked ? `${this.own}-baked` : this.own;
    return new ec2.LaunchTemplate(
      `${own}-template`,
      {
        description: "Nodes of antares that come and go",
        imageId: target.elastic.baked ? this.createImage() : place.image,
        instanceType: target.compute.nodeType,
        keyName: place.keyName,
        iamInstanceProfile: { name: role.profile },
        networkInterfaces: [
          {
            deviceIndex: 0,
            associatePublicIpAddress: "false",
            deleteOnTermination: "true",
            securityGroups: [...place.securityGroups],
          },
        ],
        // Named by its address: no two living nodes have one name, and those of dead ones come again.
        privateDnsNameOptions: { hostnameType: "ip-name", enableResourceNameDnsARecord: false },
        metadataOptions: METADATA,
        blockDeviceMappings: [this.rootDisk()],
        tagSpecifications: [{ resourceType: "volume", tags }],
        updateDefaultVersion: true,
        userData: text.apply(([group, enter]) =>
          Buffer.from(userData({ region: target.region, group, enter })).toString("base64"),
        ),
        tags,
      },
      { parent: this, ignoreChanges: ofNewerImage(target) },
    );
  }

  /**
   * The disk that they boot from, encrypted, by the name that the image has for it: by another one it would
   * be a second disk. An image of their own has the name of the one that it is made from.
   */
  private rootDisk() {
    const { image, target } = this.args.place;
    // Who names an old one by its id means it.
    const asked = { filters: [{ name: "image-id", values: [image] }], includeDeprecated: true };
    const deviceName = ec2.getAmiOutput(asked, { parent: this }).rootDeviceName;
    const disk = { encrypted: "true", volumeType: "gp3", volumeSize: target.compute.diskGib };
    return { deviceName, ebs: { ...disk, deleteOnTermination: "true" } };
  }

  private createImage(): pulumi.Output<string> {
    return new Image(`${this.own}-image`, this.args, { parent: this }).id;
  }

  private createGroup(
    template: ec2.LaunchTemplate,
    after: readonly pulumi.Resource[],
  ): autoscaling.Group {
    const { place, entry } = this.args;
    const { min, desired, max } = place.target.elastic;
    const isParked = place.target.power === "parked";
    const tags = { ...named("elastic"), ...NODE_TAGS, ...ofStack() };
    return new autoscaling.Group(
      `${this.own}-group`,
      {
        name: place.role.name,
        minSize: isParked ? 0 : min,
        maxSize: isParked ? 0 : max,
        desiredCapacity: isParked ? 0 : desired,
        vpcZoneIdentifiers: [...place.subnets],
        launchTemplate: {
          id: template.id,
          version: template.latestVersion.apply((version) => String(version)),
        },
        initialLifecycleHooks: LIFECYCLE,
        healthCheckType: "EC2",
        // A node that works is not ended so that zones have equal numbers.
        suspendedProcesses: ["AZRebalance"],
        // They come when they come; the acceptance needs none of them.
        waitForCapacityTimeout: "0",
        tags: Object.entries(tags).map(([key, value]) => {
          return { key, value, propagateAtLaunch: true };
        }),
      },
      {
        parent: this,
        dependsOn: [...place.ready, ...entry.ready, ...after],
        // Others may set it, by hand or by a policy; the limits stay.
        ignoreChanges: isParked ? [] : ["desiredCapacity"],
        // Each node may take its time to say good-bye.
        customTimeouts: { delete: "30m" },
        // Its name is given, so that a second one could not be beside it.
        deleteBeforeReplace: true,
      },
    );
  }
}

/** A newer image is no reason to change anything; one of the configuration, or our own, is. */
function ofNewerImage({ compute, elastic }: AwsTarget): string[] {
  if (compute.image !== undefined) return [];
  return [...(elastic.baked ? [] : ["imageId"]), "blockDeviceMappings[0].deviceName"];
}

/**
 * Made with the group: hooks that are resources of their own come after it, and miss its first nodes.
 * The price is that a changed hook makes another group: its nodes end first, and come again. Who has
 * not joined in time is given up; who does not say good-bye in time is ended all the same.
 */
const LIFECYCLE = [
  {
    name: HOOKS.join,
    lifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
    heartbeatTimeout: 3600,
    defaultResult: "ABANDON",
  },
  {
    name: HOOKS.leave,
    lifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
    heartbeatTimeout: 300,
    defaultResult: "CONTINUE",
  },
];
