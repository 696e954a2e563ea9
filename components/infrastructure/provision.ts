import type { Config } from "../../config/model";
import type * as pulumi from "@pulumi/pulumi";
import { AwsCluster } from "./aws/cluster";
import { ExistingHosts } from "./hosts";
import type { Provisioned } from "./provisioned";
import { SingleMachine } from "./single";

/** Makes, or finds, what the configured target consists of. */
export function provision(config: Config<pulumi.Output<string>>): Provisioned {
  const { target } = config;
  switch (target.kind) {
    case "single":
      return new SingleMachine("machine", { config, target });
    case "hosts":
      return new ExistingHosts("hosts", { config, target });
    case "aws":
      return new AwsCluster("aws", { config, target });
    default: {
      const unknown: never = target;
      throw new Error(`unknown target: ${JSON.stringify(unknown)}`);
    }
  }
}
