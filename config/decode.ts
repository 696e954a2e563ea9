import { checkCompatibility, type LockVersions } from "./compatibility";
import { Context } from "./decoding/context";
import { decodeDatabase } from "./decoding/database";
import { decodePlaces } from "./decoding/places";
import { checkPorts } from "./decoding/ports";
import { decodeDask, decodeScheduler } from "./decoding/scheduler";
import { decodeAntares, decodeCountries, decodeSoftware } from "./decoding/software";
import { decodeSsh, decodeTarget, targetKind } from "./decoding/target";
import type { Fault } from "./fault";
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
  const context = new Context(raw);
  const kind = targetKind(context);
  const scheduler = decodeScheduler(context, kind);
  const dask = decodeDask(context);
  const target = decodeTarget(context, kind, {
    jobSlots: scheduler.jobSlots,
    daskSlots: dask.slots,
  });
  const ssh = decodeSsh(context, target);
  const database = decodeDatabase(context, target);
  const { share, service } = decodePlaces(context, kind);
  const config = {
    target,
    ssh,
    share,
    database,
    software: decodeSoftware(context.reader("software")),
    antares: decodeAntares(context, share),
    countries: decodeCountries(context.list("countries")),
    service,
    scheduler,
    dask,
    secrets: context.secrets,
  } as const;
  checkPorts(context, config);
  const faults = [...context.faults, ...checkCompatibility({ ...config, lock })];
  return faults.length === 0 ? { ok: true, config } : { ok: false, faults };
}
