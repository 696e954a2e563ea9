import * as rds from "@pulumi/aws/rds";
import * as secretsmanager from "@pulumi/aws/secretsmanager";
import * as pulumi from "@pulumi/pulumi";
import type { AwsTarget } from "../../../config/awsModel";
import type { RdsConfig } from "../../../config/model";
import { GeneratedSecret } from "../../../providers/resources/generatedSecret";
import { ALL_INPUTS } from "../../host/frozen";
import type { DatabaseEndpoint } from "../contract";
import { certificateFile, databaseCertificates } from "./certificates";
import type { Subnet } from "./network";
import { named } from "./placed";
import { DatabasePower } from "./power";

const ADMIN = "antares_admin";

export interface DatabaseArgs {
  readonly region: string;
  readonly server: RdsConfig;
  readonly subnets: readonly Subnet[];
  readonly securityGroup: pulumi.Input<string>;
  /** Whether engine and AWS refuse to delete it. */
  readonly protect: boolean;
  /** Whether it may become a later major version. */
  readonly upgrade: boolean;
  readonly power: AwsTarget["power"];
  /** Hosts that use it: stopped before it. */
  readonly users: readonly pulumi.Resource[];
}

/** A private, encrypted PostgreSQL server; its administrator's password is kept in Secrets Manager. */
export class Database extends pulumi.ComponentResource {
  readonly endpoint: DatabaseEndpoint;
  readonly arn: pulumi.Output<string>;
  /** Secret with address, user and password of the administrator. */
  readonly secretArn: pulumi.Output<string>;

  constructor(
    private readonly own: string,
    args: DatabaseArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("antares:aws:Database", own, {}, opts);
    const password = new GeneratedSecret(`${own}-admin-password`, { length: 32 }, { parent: this })
      .value;
    const server = this.createServer(args, password);
    this.arn = server.arn;
    this.secretArn = this.keep(server, password);
    const held = { region: args.region, server, power: args.power, users: args.users };
    const power = new DatabasePower(`${own}-power`, held, { parent: this });
    const ca = databaseCertificates(args.region);
    const { port, sslmode, caFile } = args.server;
    this.endpoint = {
      ...{ host: server.address, port, sslmode },
      ...{ ca, caFile, deployerCaFile: certificateFile(ca), writesCa: true },
      admin: { user: ADMIN, password, database: "postgres" },
      ready: [server, ...power.ready],
    };
    this.registerOutputs({ host: server.address, secretArn: this.secretArn });
  }

  private createServer(args: DatabaseArgs, password: pulumi.Output<string>): rds.Instance {
    const { server, securityGroup, protect } = args;
    return new rds.Instance(
      `${this.own}-server`,
      {
        engine: "postgres",
        engineVersion: String(server.major),
        autoMinorVersionUpgrade: true,
        allowMajorVersionUpgrade: args.upgrade,
        instanceClass: server.class,
        port: server.port,
        username: ADMIN,
        password,
        ...storage(server),
        multiAz: server.multiAz,
        ...this.createSettings(args),
        vpcSecurityGroupIds: [securityGroup],
        publiclyAccessible: false,
        caCertIdentifier: "rds-ca-rsa2048-g1",
        backupRetentionPeriod: server.backupDays,
        copyTagsToSnapshot: true,
        enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
        deletionProtection: protect,
        skipFinalSnapshot: false,
        finalSnapshotIdentifier: lastSnapshot(securityGroup),
        // The next maintenance window may be a week away.
        applyImmediately: true,
        tags: named("database"),
      },
      // Grown storage is no change to take back, and a server keeps the name that it was made with.
      // AWS refuses to change a stopped server.
      {
        parent: this,
        protect,
        ignoreChanges: args.power === "parked" ? ALL_INPUTS : KEPT,
      },
    );
  }

  private createSettings({ server, subnets, protect, upgrade }: DatabaseArgs) {
    const parent = this;
    const subnetGroup = new rds.SubnetGroup(
      `${this.own}-subnets`,
      {
        subnetIds: subnets.map(({ id }) => id),
        description: "Private subnets of antares",
        tags: named("database"),
      },
      { parent },
    );
    const parameterGroup = new rds.ParameterGroup(
      `${this.own}-parameters`,
      {
        family: `postgres${server.major}`,
        description: "PostgreSQL for antares",
        parameters: PARAMETERS,
        tags: named("database"),
      },
      // Another major wants another one, so that it is refused in a preview already. There is no way back.
      { parent, protect: protect && !upgrade },
    );
    return { dbSubnetGroupName: subnetGroup.name, parameterGroupName: parameterGroup.name };
  }

  /** A secret's name stays taken for days after its end; Pulumi gives the next one another. */
  private keep(server: rds.Instance, password: pulumi.Output<string>): pulumi.Output<string> {
    const secret = new secretsmanager.Secret(
      `${this.own}-admin`,
      {
        description: "Administrator of the database of antares",
        recoveryWindowInDays: 7,
        tags: named("database-admin"),
      },
      { parent: this },
    );
    const login = { username: ADMIN, password, host: server.address, port: server.port };
    new secretsmanager.SecretVersion(
      `${this.own}-admin-version`,
      { secretId: secret.id, secretString: pulumi.secret(pulumi.jsonStringify(login)) },
      { parent: this },
    );
    return secret.arn;
  }
}

const KEPT = ["allocatedStorage", "finalSnapshotIdentifier"];

/**
 * Each server has another one: AWS takes no second snapshot of a name, and would keep the server. The
 * present time is ignored for a server that is there, and taken for one that replaces it; the group
 * tells stacks apart that make theirs in the same second.
 */
function lastSnapshot(securityGroup: pulumi.Input<string>): pulumi.Output<string> {
  const made = new Date(Date.now()).toISOString().replace(/\D/g, "").slice(0, 14);
  return pulumi.interpolate`antares-last-${securityGroup}-${made}`;
}

function storage({ storageGib, maxStorageGib }: RdsConfig) {
  return {
    allocatedStorage: storageGib,
    maxAllocatedStorage: maxStorageGib,
    storageType: "gp3",
    storageEncrypted: true,
  };
}

/** Beside AWS's own: TLS also on 14, slow statements in the log, no forgotten transactions, SSD. */
const PARAMETERS = [
  { name: "rds.force_ssl", value: "1" },
  { name: "log_min_duration_statement", value: "1000" },
  { name: "idle_in_transaction_session_timeout", value: "600000" },
  { name: "random_page_cost", value: "1.1" },
  { name: "work_mem", value: "32768" },
];
