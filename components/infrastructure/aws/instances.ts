import * as ec2 from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import type { AwsTarget, ComputeConfig } from "../../../config/awsModel";
import type { Config } from "../../../config/model";
import { debianImages } from "../../../providers/aws/debianImage";
import { ALL_INPUTS } from "../../host/frozen";
import { firstBoot } from "./firstBoot";
import { createLogin, type Login } from "./login";
import type { Place } from "./network";
import { METADATA, named, NODE_TAGS, subnetOfNode } from "./placed";
import { powerInstance } from "./power";
import type { HostRole } from "./role";
import type { SecurityGroups } from "./securityGroups";

export interface InstancesArgs {
  readonly target: AwsTarget;
  readonly secrets: Config<pulumi.Output<string>>["secrets"];
  readonly place: Place;
  readonly groups: SecurityGroups;
  readonly role: HostRole;
}

/** A machine of ours, and where SSH finds it. */
export interface Machine {
  /** Name of the host. */
  readonly name: string;
  readonly instance: ec2.Instance;
  /** Holds it running or stopped. */
  readonly power: pulumi.Resource;
  readonly address: pulumi.Output<string>;
}

/** The master in the first public subnet, and the fixed nodes spread over the private ones. */
export class Instances extends pulumi.ComponentResource {
  readonly master: Machine;
  readonly nodes: readonly Machine[];
  readonly login: Login;
  /** What every host is made from. */
  readonly image: pulumi.Input<string>;

  constructor(
    private readonly own: string,
    private readonly args: InstancesArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("antares:aws:Instances", own, {}, opts);
    const { target, secrets } = args;
    this.image = imageOf(target.compute, { parent: this });
    const { keyPair } = target.compute;
    this.login = createLogin(own, { keyPair, secrets }, { parent: this });
    const names = Array.from({ length: target.compute.nodes }, (_, i) => `node${i + 1}`);
    this.nodes = names.map((name, i) => this.createNode(name, i));
    this.master = this.createMaster();
    this.registerOutputs({ master: this.master.address });
  }

  private createMaster(): Machine {
    const { place, groups, target } = this.args;
    const instance = this.create("master", {
      type: target.compute.masterType,
      subnet: place.public.subnets[0]?.id ?? "",
      after: place.public.ready,
      groups: [groups.cluster.id, groups.master.id],
      isPublic: true,
    });
    const address = target.compute.elasticIp ? this.keepAddress(instance) : instance.publicIp;
    // Nodes say good-bye to a master that is still there.
    const after = target.power === "parked" ? this.nodes.map((node) => node.power) : [];
    return { name: "master", instance, power: this.hold("master", instance, after), address };
  }

  private createNode(name: string, index: number): Machine {
    const { place, groups, target } = this.args;
    const { subnets, ready } = place.private;
    const instance = this.create(name, {
      type: target.compute.nodeType,
      subnet: subnetOfNode(index, subnets)?.id ?? "",
      after: ready,
      groups: [groups.cluster.id, groups.nodes.id],
      isPublic: false,
      tags: NODE_TAGS,
    });
    return { name, instance, power: this.hold(name, instance), address: instance.privateIp };
  }

  private hold(name: string, instance: ec2.Instance, after: readonly pulumi.Resource[] = []) {
    return powerInstance(
      `${this.own}-${name}-power`,
      { instance, power: this.args.target.power },
      { parent: this, dependsOn: [...after] },
    );
  }

  /** An address that stays, as soon as it leads to the instance. */
  private keepAddress(instance: ec2.Instance): pulumi.Output<string> {
    const protect = !this.args.target.allow.includes("address");
    const kept = new ec2.Eip(
      `${this.own}-address`,
      { domain: "vpc", tags: named("master") },
      { parent: this, protect, dependsOn: [...this.args.place.public.ready] },
    );
    const leads = new ec2.EipAssociation(
      `${this.own}-address-of-master`,
      { instanceId: instance.id, allocationId: kept.allocationId },
      { parent: this },
    );
    return pulumi.all([kept.publicIp, leads.id]).apply(([address]) => address);
  }

  /** A machine with an encrypted disk, whose metadata only programs that ask properly can read. */
  private create(name: string, placement: Placement): ec2.Instance {
    const { target, groups, role } = this.args;
    const tags = { ...named(name), ...placement.tags };
    const disk = { encrypted: true, volumeType: "gp3", volumeSize: target.compute.diskGib, tags };
    return new ec2.Instance(
      `${this.own}-${name}`,
      {
        ami: this.image,
        instanceType: placement.type,
        keyName: this.login.keyName,
        iamInstanceProfile: role.profile,
        subnetId: placement.subnet,
        vpcSecurityGroupIds: [...placement.groups],
        associatePublicIpAddress: placement.isPublic,
        metadataOptions: METADATA,
        rootBlockDevice: disk,
        userData: firstBoot(),
        tags,
      },
      {
        parent: this,
        // Its first boot wants a way out, and who may reach it is decided before it is there.
        dependsOn: [...placement.after, ...groups.ready, ...role.ready],
        // A change of a stopped instance would start it.
        ignoreChanges: target.power === "parked" ? ALL_INPUTS : IGNORED,
      },
    );
  }
}

interface Placement {
  readonly type: string;
  readonly subnet: pulumi.Input<string>;
  /** What must exist before it boots. */
  readonly after: readonly pulumi.Resource[];
  readonly groups: readonly pulumi.Input<string>[];
  readonly isPublic: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * A host that works is not made anew for a newer image or a zone more, nor stopped for another first
 * boot. A stopped one has no public address for the moment.
 */
const IGNORED = ["ami", "subnetId", "userData", "associatePublicIpAddress"];

/** The image of the configuration, else Debian's newest. */
function imageOf(
  { image: given }: ComputeConfig,
  opts: pulumi.InvokeOutputOptions,
): pulumi.Input<string> {
  if (given !== undefined) return given;
  const { owner, filters } = debianImages;
  return ec2.getAmiOutput({ owners: [owner], mostRecent: true, filters }, opts).id;
}
