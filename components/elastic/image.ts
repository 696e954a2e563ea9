import * as ec2 from "@pulumi/aws/ec2";
import { InstanceState } from "@pulumi/aws/ec2transitgateway";
import * as pulumi from "@pulumi/pulumi";
import type { Entry } from "../bootstrap/bootstrap";
import { frozen } from "../host/frozen";
import type { Host } from "../host/host";
import type { ElasticPlace } from "../infrastructure/aws/elasticPlace";
import { METADATA, named } from "../infrastructure/aws/placed";
import { builderData } from "./userData";

export interface ImageArgs {
  readonly place: ElasticPlace;
  readonly entry: Entry;
  readonly master: Host;
  readonly share: string;
}

/**
 * An image with the software inside, from which nodes join in less time. A machine installs it by the
 * phase of every host and removes what is its own; the master sees on the share when that is done, so
 * that nobody logs in to the machine. Other software makes another machine and another image.
 */
export class Image extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;

  constructor(name: string, args: ImageArgs, opts?: pulumi.ComponentResourceOptions) {
    // A master that is stopped would be asked for it.
    const isParked = args.place.target.power === "parked";
    const kept = isParked ? { transformations: [frozen] } : {};
    super("antares:elastic:Image", name, {}, pulumi.mergeOptions(opts, kept));
    const parent = this;
    const builder = this.createBuilder(name, args);
    const built = args.master.run(
      `${name}-built`,
      {
        phase: "image",
        parts: ["components/elastic/scripts/await-image.sh"],
        values: { SHARE: args.share, BUILDER: builder.id },
        limitMinutes: 35,
      },
      { parent, dependsOn: [builder] },
    );
    const image = new ec2.AmiFromInstance(
      `${name}-ami`,
      {
        sourceInstanceId: builder.id,
        description: "Node of antares with its software",
        tags: named("image"),
      },
      { parent, dependsOn: [built.resource] },
    );
    // Kept, because the image is its image; it costs its disk only.
    const rest = { instanceId: builder.id, state: "stopped" };
    new InstanceState(`${name}-rest`, rest, { parent, dependsOn: [image] });
    this.id = image.id;
    this.registerOutputs({ id: this.id });
  }

  private createBuilder(name: string, { place, entry, share }: ImageArgs): ec2.Instance {
    const { target } = place;
    const tags = named("builder");
    const disk = { encrypted: true, volumeType: "gp3", volumeSize: target.compute.diskGib, tags };
    return new ec2.Instance(
      `${name}-builder`,
      {
        ami: place.image,
        instanceType: target.compute.nodeType,
        subnetId: place.subnets[0] ?? "",
        vpcSecurityGroupIds: [...place.securityGroups],
        associatePublicIpAddress: false,
        metadataOptions: METADATA,
        rootBlockDevice: disk,
        userData: entry.bake().apply((bake) => builderData({ share, bake })),
        userDataReplaceOnChange: true,
        tags,
      },
      {
        parent: this,
        dependsOn: [...place.ready, ...entry.ready],
        ignoreChanges: [
          ...(target.compute.image === undefined ? ["ami"] : []),
          "subnetId",
          "associatePublicIpAddress",
        ],
      },
    );
  }
}
