import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";

/** One resource as the program registers it with the engine. */
export interface Registration {
  /** As the engine makes it: types of all parents but the stack, then the name. */
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  /** URN; absent for the stack alone. */
  readonly parent?: string;
  /** URNs, sorted. */
  readonly dependencies: readonly string[];
  /** URN of the explicit provider. */
  readonly provider?: string;
  /** Every option that is not at its default. */
  readonly options: Readonly<Record<string, unknown>>;
  /** As on the wire: secrets in their envelopes, unknowns as the sentinel. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** What a component registered as its outputs; absent where it registered none. */
  readonly outputs?: Readonly<Record<string, unknown>>;
}

export const STACK = "pulumi:pulumi:Stack";

/** URN of a request with a parent whose URN is known. */
export function urnOf(
  request: RegisterResourceRequest,
  stack: { readonly project: string; readonly stack: string },
): string {
  const types = request.getParent().split("::")[2];
  const parents = types === undefined || types === STACK ? "" : `${types}$`;
  return ["urn:pulumi", stack.stack, "", stack.project, "", `${parents}${request.getType()}`]
    .join(":")
    .concat(`::${request.getName()}`);
}

/** The request as a record; `urn` is given because the request does not carry one. */
export function registrationOf(urn: string, request: RegisterResourceRequest): Registration {
  const provider = request.getProvider();
  const parent = request.getParent();
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    ...(parent === "" ? {} : { parent }),
    dependencies: [...request.getDependenciesList()].sort(),
    // The reference is `URN::ID`.
    ...(provider === "" ? {} : { provider: provider.replace(/::[^:]*$/, "") }),
    options: optionsOf(request),
    inputs: request.getObject()?.toJavaScript() ?? {},
  };
}

function optionsOf(request: RegisterResourceRequest): Record<string, unknown> {
  const timeouts = request.getCustomtimeouts()?.toObject();
  const hooks = Object.entries(request.getHooks()?.toObject() ?? {});
  const all = {
    protect: request.getProtect(),
    retainOnDelete: request.getRetainondelete(),
    deleteBeforeReplace: request.getDeletebeforereplacedefined()
      ? request.getDeletebeforereplace()
      : undefined,
    aliases: request.getAliasesList().map((alias) => alias.toObject()),
    additionalSecretOutputs: [...request.getAdditionalsecretoutputsList()].sort(),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    replaceWith: request.getReplaceWithList(),
    deletedWith: request.getDeletedwith(),
    importId: request.getImportid(),
    customTimeouts: timeouts && Object.fromEntries(Object.entries(timeouts).filter(([, t]) => t)),
    hooks: Object.fromEntries(hooks.filter(([, names]) => names.length > 0)),
    version: request.getVersion(),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => !isDefault(value)));
}

function isDefault(value: unknown): boolean {
  return (
    value === undefined ||
    value === false ||
    value === "" ||
    (typeof value === "object" && value !== null && Object.keys(value).length === 0)
  );
}
