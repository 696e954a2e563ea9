import * as ssm from "@pulumi/aws/ssm";
import type * as pulumi from "@pulumi/pulumi";
import { named, NODE_TAGS } from "../infrastructure/aws/placed";
import { LIFECYCLE } from "./userData";

export interface Rejoin {
  readonly document: ssm.Document;
  readonly association: ssm.Association;
}

/**
 * Runs the join on nodes that are there already: when the recipe has changed, and when a node's agent
 * comes up. A node that is one already is brought up to date; its jobs stay.
 */
export function createRejoin(
  name: string,
  args: { readonly group: pulumi.Output<string>; readonly enter: pulumi.Output<string> },
  opts: pulumi.CustomResourceOptions,
): Rejoin {
  const document = new ssm.Document(
    `${name}-document`,
    {
      documentType: "Command",
      documentFormat: "JSON",
      targetType: "/AWS::EC2::Instance",
      content: args.enter.apply(commandDocument),
      tags: named("join"),
    },
    opts,
  );
  const tagged = Object.entries(NODE_TAGS).map(([key, value]) => {
    return { key: `tag:${key}`, values: [value] };
  });
  const association = new ssm.Association(
    `${name}-association`,
    {
      name: document.name,
      // The group, too: fixed nodes are the program's own, and other stacks have nodes with this tag.
      targets: [...tagged, { key: "tag:aws:autoscaling:groupName", values: [args.group] }],
      maxConcurrency: "10",
      // One node that fails keeps it from no other.
      maxErrors: "100%",
    },
    opts,
  );
  return { document, association };
}

/**
 * Its commands are shown and kept by AWS in clear; none of them is secret. The first boot gives up before
 * the group does: a node that joins only now is ended as one that did not, where nobody tells the group.
 * Of a node for which it does not wait, it may be told all the same.
 */
export function commandDocument(enter: string): string {
  const join = `bash --norc -s <<'${END}' && python3 ${LIFECYCLE} complete join`;
  return JSON.stringify({
    schemaVersion: "2.2",
    description: "Makes an antares node of an instance, or brings it up to date",
    mainSteps: [
      {
        action: "aws:runShellScript",
        name: "join",
        // The agent's own shell is not bash.
        inputs: { timeoutSeconds: "1500", runCommand: [join, enter, END] },
      },
    ],
  });
}

const END = "END_OF_ANTARES_JOIN";
