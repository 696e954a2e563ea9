import { InstanceState } from "@pulumi/aws/ec2transitgateway/instanceState";
import type * as ec2 from "@pulumi/aws/ec2";
import * as iam from "@pulumi/aws/iam";
import type * as rds from "@pulumi/aws/rds";
import * as scheduler from "@pulumi/aws/scheduler";
import * as pulumi from "@pulumi/pulumi";
import type { AwsTarget } from "../../../config/awsModel";
import { DatabaseState } from "../../../providers/resources/databaseState";
import { policy } from "./placed";

type Power = AwsTarget["power"];

/**
 * Holds an instance running or stopped, and waits until it is. There in both cases: what stops an
 * instance would not start it by going away.
 */
export function powerInstance(
  name: string,
  args: { readonly instance: ec2.Instance; readonly power: Power },
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const state = args.power === "parked" ? "stopped" : "running";
  return new InstanceState(name, { instanceId: args.instance.id, state }, opts);
}

export interface DatabasePowerArgs {
  readonly region: string;
  readonly server: rds.Instance;
  readonly power: Power;
  /** What uses the server: stopped before it. */
  readonly users: readonly pulumi.Resource[];
}

/**
 * Holds the database server running or stopped. AWS starts a stopped server after seven days; a
 * schedule stops it again, and is off while the server is to run.
 */
export class DatabasePower extends pulumi.ComponentResource {
  /** What must exist before somebody connects. */
  readonly ready: readonly pulumi.Resource[];

  constructor(
    private readonly own: string,
    private readonly args: DatabasePowerArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("antares:aws:DatabasePower", own, {}, opts);
    const { power, users } = args;
    const rights = this.createRights();
    if (power === "parked") {
      const stopped = this.hold("stopped", users);
      this.ready = [stopped, this.createSchedule("ENABLED", { rights, after: [stopped] })];
    } else {
      // Off before the server starts: one that is at work must not be stopped.
      const off = this.createSchedule("DISABLED", { rights, after: [] });
      this.ready = [this.hold("available", [off])];
    }
    this.registerOutputs({ power });
  }

  private hold(state: "available" | "stopped", after: readonly pulumi.Resource[]) {
    const { region, server } = this.args;
    return new DatabaseState(
      `${this.own}-state`,
      { identifier: server.identifier, region, state },
      { parent: this, dependsOn: [...after] },
    );
  }

  private createRights(): Rights {
    const { arn } = this.args.server;
    const role = new iam.Role(
      `${this.own}-role`,
      { assumeRolePolicy: takenBySchedules(arn), description: "Stops a parked database again" },
      { parent: this },
    );
    const stop = policy({
      Sid: "StopDatabase",
      Effect: "Allow",
      Action: "rds:StopDBInstance",
      Resource: arn,
    });
    const given = new iam.RolePolicy(
      `${this.own}-rights`,
      { role: role.name, policy: stop },
      { parent: this },
    );
    return { role, given };
  }

  private createSchedule(
    state: "ENABLED" | "DISABLED",
    args: { readonly rights: Rights; readonly after: readonly pulumi.Resource[] },
  ): scheduler.Schedule {
    const { role, given } = args.rights;
    return new scheduler.Schedule(
      `${this.own}-again`,
      {
        description: "Stops the parked database that AWS starts after seven days",
        scheduleExpression: "rate(6 hours)",
        flexibleTimeWindow: { mode: "OFF" },
        state,
        target: {
          arn: "arn:aws:scheduler:::aws-sdk:rds:stopDBInstance",
          roleArn: role.arn,
          input: pulumi.jsonStringify({ DbInstanceIdentifier: this.args.server.identifier }),
          // A server that is stopped already refuses: no reason to try again.
          retryPolicy: { maximumRetryAttempts: 0 },
        },
      },
      { parent: this, dependsOn: [given, ...args.after] },
    );
  }
}

interface Rights {
  readonly role: iam.Role;
  readonly given: iam.RolePolicy;
}

/** Only by schedules of the server's own account. */
function takenBySchedules(server: pulumi.Output<string>): pulumi.Output<string> {
  return server.apply((arn) =>
    policy({
      Sid: "TakenBySchedules",
      Effect: "Allow",
      Principal: { Service: "scheduler.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "aws:SourceAccount": arn.split(":")[4] ?? "" } },
    }),
  );
}
