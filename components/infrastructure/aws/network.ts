import * as ec2 from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import type { AwsNetwork } from "../../../config/awsModel";
import { named } from "./placed";

export interface NetworkArgs {
  readonly region: string;
  readonly network: OwnNetwork;
}

type OwnNetwork = Extract<AwsNetwork, { kind: "own" }>;

/** Where the cluster lives, made or found. */
export interface Place {
  readonly vpcId: pulumi.Input<string>;
  /** Each in another zone; the master is in the first public one. */
  readonly public: Subnets;
  readonly private: Subnets;
}

export interface Subnets {
  readonly subnets: readonly Subnet[];
  /** What must exist before a host in one of them finds its way out. */
  readonly ready: readonly pulumi.Resource[];
}

export interface Subnet {
  /** For names of what is in it: the same as long as the subnet is. */
  readonly name: string;
  readonly id: pulumi.Input<string>;
}

/** A VPC with a public and a private subnet in each zone; only the public ones are reached from outside. */
export class Network extends pulumi.ComponentResource implements Place {
  readonly vpcId: pulumi.Output<string>;
  readonly public: Subnets;
  readonly private: Subnets;

  constructor(
    private readonly own: string,
    { region, network }: NetworkArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("antares:aws:Network", own, {}, opts);
    const parent = this;
    const vpc = new ec2.Vpc(
      `${own}-vpc`,
      {
        cidrBlock: network.cidr,
        // The share is found by its name, and Grid Engine asks for the hosts' names both ways.
        enableDnsHostnames: true,
        enableDnsSupport: true,
        tags: named("vpc"),
      },
      { parent },
    );
    this.vpcId = vpc.id;
    // Nobody uses the group that AWS makes with each VPC; without rules it opens nothing by mistake.
    const unused = { vpcId: vpc.id, ingress: [], egress: [], tags: named("unused") };
    new ec2.DefaultSecurityGroup(`${own}-unused`, unused, { parent });
    const outside = this.createOutside(this.createSubnets("public", { region, network }));
    const inside = this.createInside({
      subnets: this.createSubnets("private", { region, network }),
      gateways: this.createGateways(network, outside),
    });
    this.public = outside;
    this.private = inside;
    this.createEndpoint(region, [...outside.tables, ...inside.tables]);
    this.registerOutputs({ vpcId: this.vpcId });
  }

  private createSubnets(kind: "public" | "private", { region, network }: NetworkArgs): Subnet[] {
    return network.zones.map((zone) => {
      const name = `${kind}-${zone.zone}`;
      const { id } = new ec2.Subnet(
        `${this.own}-${name}`,
        {
          vpcId: this.vpcId,
          availabilityZone: `${region}${zone.zone}`,
          cidrBlock: zone[kind],
          tags: named(name),
        },
        { parent: this },
      );
      return { name: zone.zone, id };
    });
  }

  /** The public subnets' way out, which is also the way in. */
  private createOutside(subnets: readonly Subnet[]): Routed {
    const gateway = new ec2.InternetGateway(
      `${this.own}-gateway`,
      { vpcId: this.vpcId, tags: named("gateway") },
      { parent: this },
    );
    const table = this.createTable("public");
    const out = this.createRoute("public", { table, target: { gatewayId: gateway.id } });
    const joined = subnets.map((subnet) => this.join(`public-${subnet.name}`, { subnet, table }));
    return { subnets, tables: [table], ready: [out, ...joined] };
  }

  /** One NAT gateway, or one in each zone. */
  private createGateways(network: OwnNetwork, { subnets, ready }: Routed): ec2.NatGateway[] {
    return subnets.slice(0, natZones(network).length).map((subnet) => {
      const name = `${this.own}-nat-${subnet.name}`;
      const tags = named(`nat-${subnet.name}`);
      const address = new ec2.Eip(`${name}-address`, { domain: "vpc", tags }, { parent: this });
      return new ec2.NatGateway(
        name,
        { subnetId: subnet.id, allocationId: address.allocationId, tags },
        // AWS makes one that does not work where the subnet has no way out yet.
        { parent: this, dependsOn: [...ready] },
      );
    });
  }

  /** The private subnets' way out, which is no way in; a table each, so that NAT can move into a zone. */
  private createInside(args: {
    readonly subnets: readonly Subnet[];
    readonly gateways: readonly ec2.NatGateway[];
  }): Routed {
    const { subnets, gateways } = args;
    const made = subnets.map((subnet, i) => {
      const name = `private-${subnet.name}`;
      const table = this.createTable(name);
      const nat = gateways[i] ?? gateways[0];
      const target = { natGatewayId: nat?.id ?? "" };
      const out = this.createRoute(name, { table, target });
      return { table, ready: [out, this.join(name, { subnet, table })] };
    });
    return {
      subnets,
      tables: made.map(({ table }) => table),
      ready: made.flatMap(({ ready }) => ready),
    };
  }

  private createTable(of: string): ec2.RouteTable {
    const args = { vpcId: this.vpcId, tags: named(of) };
    return new ec2.RouteTable(`${this.own}-${of}-routes`, args, { parent: this });
  }

  private createRoute(
    of: string,
    args: {
      readonly table: ec2.RouteTable;
      readonly target: Pick<ec2.RouteArgs, "gatewayId" | "natGatewayId">;
    },
  ): ec2.Route {
    return new ec2.Route(
      `${this.own}-${of}-out`,
      { routeTableId: args.table.id, destinationCidrBlock: "0.0.0.0/0", ...args.target },
      { parent: this },
    );
  }

  private join(
    of: string,
    { subnet, table }: { readonly subnet: Subnet; readonly table: ec2.RouteTable },
  ): ec2.RouteTableAssociation {
    const args = { subnetId: subnet.id, routeTableId: table.id };
    return new ec2.RouteTableAssociation(`${this.own}-${of}-joined`, args, { parent: this });
  }

  /** The way to S3 that costs nothing and needs no NAT. */
  private createEndpoint(region: string, tables: readonly ec2.RouteTable[]): void {
    new ec2.VpcEndpoint(
      `${this.own}-s3`,
      {
        vpcId: this.vpcId,
        serviceName: `com.amazonaws.${region}.s3`,
        vpcEndpointType: "Gateway",
        routeTableIds: tables.map(({ id }) => id),
        tags: named("s3"),
      },
      { parent: this },
    );
  }
}

/** The zones that have a NAT gateway. */
export function natZones({ nat, zones }: OwnNetwork): OwnNetwork["zones"] {
  return nat === "single" ? zones.slice(0, 1) : zones;
}

interface Routed extends Subnets {
  readonly tables: readonly ec2.RouteTable[];
}
