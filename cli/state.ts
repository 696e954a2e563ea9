import { isObject, objectsIn, parseObject, textOf, type JsonObject } from "./json";
import type { Pulumi } from "./pulumi";
import { UserError } from "./userError";

/** A resource as the state has it. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  /** Last part of the URN. */
  readonly name: string;
  /** What the provider calls it; empty for components. */
  readonly id: string;
  readonly custom: boolean;
  readonly protect: boolean;
  readonly inputs: JsonObject;
  readonly outputs: JsonObject;
}

/** A step that was under way when the engine died. */
export interface PendingOperation {
  /** `creating`, `updating`, `deleting`, `reading`, `importing`. */
  readonly kind: string;
  readonly urn: string;
  readonly type: string;
}

export interface StackState {
  readonly resources: readonly StateResource[];
  readonly pending: readonly PendingOperation[];
  /** The exported document itself; secrets in it are encrypted. */
  readonly document: JsonObject;
}

/** Reads a stack's state; secrets stay encrypted. */
export async function readState(pulumi: Pulumi): Promise<StackState> {
  const exported = await pulumi.query(["stack", "export", "--stack", pulumi.stack]);
  if (exported.code === 0) return parseState(exported.stdout);
  const said = exported.stderr.trim();
  const next = /no stack named/.test(said)
    ? `pulumi stack init ${pulumi.stack}`
    : "pulumi whoami --verbose";
  throw new UserError(`cannot read stack ${pulumi.stack}: ${said}`, next);
}

/** Understands the output of `pulumi stack export`; a stack never deployed has no resources. */
export function parseState(text: string): StackState {
  const document = parseObject(text, "the exported state");
  const deployment = isObject(document["deployment"]) ? document["deployment"] : {};
  return {
    document,
    resources: objectsIn(deployment["resources"]).map(toResource),
    pending: objectsIn(deployment["pending_operations"]).map(toPending),
  };
}

function toResource(raw: JsonObject): StateResource {
  const urn = textOf(raw["urn"]);
  return {
    urn,
    type: textOf(raw["type"]),
    name: urn.split("::").at(-1) ?? "",
    id: textOf(raw["id"]),
    custom: raw["custom"] === true,
    protect: raw["protect"] === true,
    inputs: isObject(raw["inputs"]) ? raw["inputs"] : {},
    outputs: isObject(raw["outputs"]) ? raw["outputs"] : {},
  };
}

function toPending(raw: JsonObject): PendingOperation {
  const resource = isObject(raw["resource"]) ? raw["resource"] : {};
  return {
    kind: textOf(raw["type"]),
    urn: textOf(resource["urn"]),
    type: textOf(resource["type"]),
  };
}

/** Whether a resource runs a command on a host: the phases do. */
export function isCommand(resource: { readonly type: string }): boolean {
  return resource.type === "command:remote:Command" || resource.type === "command:local:Command";
}
