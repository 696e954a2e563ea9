import { checkCompatibility, type LockVersions } from "./compatibility";
import { Context } from "./decoding/context";
import { decodeDatabase } from "./decoding/database";
import { decodeHost, decodePlaces } from "./decoding/host";
import { decodeAntares, decodeCountries, decodeSoftware } from "./decoding/software";
import type { Fault } from "./fault";
import { targetKey } from "./keys/host";
import type { Config } from "./model";

/** The configuration as Pulumi hands it over. */
export interface RawConfig {
  /** By key without the namespace; objects and lists as JSON text, as Pulumi gives them. */
  readonly values: Readonly<Record<string, string>>;
  /** The keys, without the namespace, whose values are encrypted in the stack file. */
  readonly secretKeys: ReadonlySet<string>;
}

export type Decoded =
  | { readonly ok: true; readonly config: Config<string> }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/**
 * Decodes a stack's configuration: defaults property by property, normal forms, every rule of the
 * key table, rules across keys, and the compatibility gate against the versions of the lock. Pure;
 * never throws; all faults at once.
 */
export function decode(raw: RawConfig, lock: LockVersions): Decoded {
  const unavailable = refuseTarget(raw.values["target"]);
  // What belongs to a target that does not exist yet cannot be judged key by key.
  if (unavailable !== undefined) return { ok: false, faults: [unavailable] };
  const context = new Context(raw);
  context.reader("target").value(targetKey);
  const host = decodeHost(context);
  const database = decodeDatabase(context, host.access);
  const { share, service } = decodePlaces(context);
  const config = {
    target: { kind: "single", host },
    share,
    database,
    software: decodeSoftware(context.reader("software")),
    antares: decodeAntares(context, share),
    countries: decodeCountries(context.list("countries")),
    service,
    secrets: context.secrets,
  } as const;
  const faults = [...context.faults, ...checkCompatibility({ ...config, lock })];
  return faults.length === 0 ? { ok: true, config } : { ok: false, faults };
}

function refuseTarget(target: string | undefined): Fault | undefined {
  if (target !== "hosts" && target !== "aws") return undefined;
  return {
    path: "antares:target",
    given: JSON.stringify(target),
    expected: `single: the target ${target} is not available yet`,
  };
}
