import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { Step } from "../host/host";
import { readParts, renderScript, renderValues, TOOLS } from "../host/render";
import { installValues, type PhaseContext, shareValues } from "./context";
import { NODE_PARTS, nodeParts } from "./join";
import { agentValues, membershipParts } from "./scheduler";
import { loginProfile } from "./settings/files";
import { type SoftwareResult, wheelhouseValues } from "./software";

const SCRIPTS = "components/bootstrap/scripts";

const PARTS = [
  TOOLS,
  "components/host/scripts/service-user.sh",
  "components/host/scripts/packages.sh",
  "components/bootstrap/scripts/install.sh",
  "components/bootstrap/scripts/link-settings.sh",
];

const JOIN = "components/bootstrap/scripts/join.sh";

/** What a node must be told to run the recipe and nothing else. */
export interface Recipe {
  readonly step: Step<unknown>;
  /** sha256 of the join program. */
  readonly digest: pulumi.Output<string>;
  /** Content of the share's marker. */
  readonly shareId: pulumi.Output<string>;
  /** What makes a node of a host that has mounted the share, run there as root. */
  readonly joinCommand: pulumi.Output<string>;
  /** Script that mounts the share first, for hosts that nobody logs in to; nothing in it is secret. */
  readonly joinScript: pulumi.Output<string>;
}

/**
 * What a node runs, as one file on the share. Nothing in it is secret; its digest travels
 * to the node by another way, and the node runs nothing else.
 */
export function recipe(
  context: PhaseContext,
  made: { readonly share: Step<{ id: string }>; readonly software: Step<SoftwareResult> },
): Recipe {
  const { bucket, masterFqdn } = context.infrastructure;
  const shareId = made.share.result.apply(({ id }) => id);
  const program = pulumi
    .all([made.software.result, masterFqdn, bucket])
    .apply(([software, fqdn, name]) =>
      joinProgram(context, { software, masterFqdn: fqdn, bucket: name }),
    );
  const digest = program.apply(sha256);
  const mounted = { ...MOUNTED, SHARE: context.config.share.path };
  const enter = enterScript({ share: mounted, recipe: digest, shareId });
  const step = context.infrastructure.master.run(
    `${context.name}-recipe`,
    {
      phase: "recipe",
      parts: ["components/bootstrap/scripts/recipe.sh"],
      values: { SHARE: context.config.share.path, JOIN: program, RECIPE: digest, ENTER: enter },
      limitMinutes: 5,
    },
    { parent: context.parent },
  );
  const joinCommand = pulumi
    .all([digest, enter])
    .apply(([of, text]) => commandFor(`${context.config.share.path}/recipe/${of}/enter`, text));
  const share = shareValues(context, "node");
  const joinScript = enterScript({
    ...{ share, recipe: digest, shareId, packed: true },
    parts: nodeParts(context),
  });
  return { step, digest, shareId, joinCommand, joinScript };
}

/** What is known only once it is there. */
interface Known {
  readonly software: SoftwareResult;
  readonly masterFqdn: string;
  readonly bucket: string | undefined;
}

function joinProgram(context: PhaseContext, { software, masterFqdn, bucket }: Known): string {
  const { kind } = context.config.scheduler;
  const hasGridEngine = kind === "gridEngine";
  const values = renderValues({
    ...installValues(context),
    ...wheelhouseValues(software),
    PROFILE: loginProfile(context.config, context.config.service),
    SCHEDULER: kind,
    MASTER_FQDN: masterFqdn,
    ...(hasGridEngine ? agentValues() : {}),
    ...(bucket === undefined ? {} : bucketValues(context, bucket)),
  });
  const parts = [
    ...PARTS,
    ...(bucket === undefined ? [] : [`${SCRIPTS}/bucket.sh`]),
    ...(hasGridEngine ? membershipParts : []),
  ];
  return `${values}${readParts([...parts, JOIN])}`;
}

function bucketValues({ infrastructure }: PhaseContext, name: string): Record<string, string> {
  const proof = readParts([`${SCRIPTS}/bucket.py`]);
  return { BUCKET: name, BUCKET_REGION: infrastructure.bucketRegion ?? "", BUCKET_PROOF: proof };
}

/** Values of a share that is mounted already. */
const MOUNTED = {
  SHARE_KIND: "path",
  SHARE_SOURCE: "",
  SHARE_OPTIONS: "",
  SHARE_SERVER: "no",
  DEBIAN_MIRROR: "",
};

/** The same as a node of the configuration runs, for a host that is not in it. */
function enterScript(args: {
  readonly share: Readonly<Record<string, pulumi.Input<string>>>;
  readonly recipe: pulumi.Output<string>;
  readonly shareId: pulumi.Output<string>;
  readonly packed?: boolean;
  /** Where the share must be mounted first. */
  readonly parts?: readonly string[];
}): pulumi.Output<string> {
  const frame = {
    phase: "join",
    host: "of this name",
    next: "mend what is said above, then run the same command again",
    limit: "20m",
  };
  const source = { parts: args.parts ?? NODE_PARTS, packed: args.packed ?? false };
  return pulumi
    .all([pulumi.output(args.share), args.recipe, args.shareId])
    .apply(([share, digest, id]) =>
      renderScript({
        source,
        frame,
        // Nobody looks after it: it ends when it knows that this host is a node.
        values: { ...share, SHARE_ID: id, RECIPE: digest, NODE_NAME: "", ADMISSION: "awaited" },
      }),
    );
}

/** Copied first: what was checked is what runs. Its exit code is that of the first part that failed. */
function commandFor(path: string, script: string): string {
  return (
    `(set -e; f=$(mktemp); trap 'rm -f "$f"' EXIT; cp ${path} "$f"; ` +
    `echo "${sha256(script)}  $f" | sha256sum --quiet -c -; ` +
    `timeout -k 30 20m bash --norc -s <"$f")`
  );
}

function sha256(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}
