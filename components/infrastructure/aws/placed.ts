import * as pulumi from "@pulumi/pulumi";

/** Tags of a resource; those that all have come from the provider. */
export function named(name: string): { readonly Name: string } {
  return { Name: `antares-${pulumi.getStack()}-${name}` };
}

/** Tag that the provider gives all that this stack makes, and by which it is known again. */
export function ofStack(): { readonly "antares:stack": string } {
  return { "antares:stack": pulumi.getStack() };
}

/** Tag by which every node is found. */
export const NODE_TAGS = { Type: "Node-dask-sge" };

/** The subnet of a fixed node: they are spread, one after the other. */
export function subnetOfNode<Subnet>(
  index: number,
  subnets: readonly Subnet[],
): Subnet | undefined {
  return subnets[index % subnets.length];
}

/** Version 2 of the service only: one that a request forged through a web page does not reach. */
export const METADATA = {
  httpEndpoint: "enabled",
  httpTokens: "required",
  httpPutResponseHopLimit: 1,
};

/** For IAM: the document as AWS reads it. */
export function policy(...statements: readonly Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}

export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | { readonly AWS?: string; readonly Service?: string };
  readonly Action: string | readonly string[];
  readonly Resource?: pulumi.Input<string> | readonly pulumi.Input<string>[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
