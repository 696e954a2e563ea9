import * as ec2 from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../../config/model";
import { GeneratedKey } from "../../../providers/resources/generatedKey";
import { named } from "./placed";

/** How the deployer logs in to instances. */
export interface Login {
  readonly keyName: pulumi.Input<string>;
  readonly privateKey: pulumi.Output<string>;
}

/** An existing key pair, one of the operator's own key, or a generated one. */
export function createLogin(
  name: string,
  args: {
    readonly keyPair: string | undefined;
    readonly secrets: Config<pulumi.Output<string>>["secrets"];
  },
  opts: { readonly parent: pulumi.Resource },
): Login {
  const { sshPrivateKey } = args.secrets;
  if (args.keyPair !== undefined) {
    if (sshPrivateKey === undefined) throw new Error("the configuration let no key pass");
    return { keyName: args.keyPair, privateKey: sshPrivateKey };
  }
  if (sshPrivateKey !== undefined) {
    const publicKey = pulumi.unsecret(sshPrivateKey.apply(publicHalf));
    return { keyName: keyPair(name, publicKey, opts), privateKey: sshPrivateKey };
  }
  const { publicKey, privateKey } = new GeneratedKey(`${name}-key`, {}, opts);
  return { keyName: keyPair(name, publicKey, opts), privateKey };
}

/** Loads an SSH library, which runs without a key of the operator's own can do without. */
async function publicHalf(privateKey: string): Promise<string> {
  const { publicKeyOf } = await import("../../../providers/ssh/keys.js");
  return publicKeyOf(privateKey);
}

function keyPair(
  name: string,
  publicKey: pulumi.Output<string>,
  opts: { readonly parent: pulumi.Resource },
): pulumi.Output<string> {
  return new ec2.KeyPair(`${name}-key-pair`, { publicKey, tags: named("deployer") }, opts).keyName;
}
