import { posix } from "node:path";
import { antaresKeys as keys } from "../keys/antares";
import { countryKeys, softwareKeys } from "../keys/software";
import type { AntaresConfig, CountryConfig, ShareConfig, SoftwareConfig } from "../model";
import type { Context } from "./context";
import type { Reader } from "./reader";

/** Decodes `antares:software`; whether the versions go together is the compatibility gate's business. */
export function decodeSoftware(reader: Reader): SoftwareConfig {
  const pythonIndex = reader.optional(softwareKeys.pythonIndex);
  const debianMirror = reader.optional(softwareKeys.debianMirror);
  return {
    source: reader.required(softwareKeys.source),
    line: reader.value(softwareKeys.line),
    python: reader.value(softwareKeys.python),
    ...(pythonIndex !== undefined && { pythonIndex }),
    ...(debianMirror !== undefined && { debianMirror }),
    datacube: reader.value(softwareKeys.datacube),
  };
}

/** Decodes `antares:antares`; directories that are not given lie below the share. */
export function decodeAntares(context: Context, share: ShareConfig): AntaresConfig {
  const reader = context.reader("antares");
  const below = (name: string): string => posix.join(share.path, "data", name);
  const settings = {
    debug: reader.value(keys.debug),
    logLevel: reader.value(keys.logLevel),
    allowedHosts: reader.value(keys.allowedHosts),
    tempDir: reader.optional(keys.tempDir) ?? below("temp"),
    serializedObjectsDir: reader.optional(keys.serializedObjectsDir) ?? below("models"),
    ingestionPath: reader.optional(keys.ingestionPath) ?? below("ingestion"),
    driver: reader.value(keys.driver),
  };
  return {
    ...settings,
    ...present({
      ingestionBucket: reader.optional(keys.ingestionBucket),
      segmentationDir: reader.optional(keys.segmentationDir),
      segmentationBucket: reader.optional(keys.segmentationBucket),
    }),
    ...present(decodeAccounts(context, reader)),
  };
}

// A user without a password, or the other way round, is an order that fails hours later.
function decodeAccounts(
  context: Context,
  reader: Reader,
): { readonly usgsUser: string | undefined; readonly scihubUser: string | undefined } {
  if (reader.has(keys.usgsUser)) {
    context.requireSecret("usgsPassword", "antares.usgsUser is given");
  }
  if (reader.has(keys.scihubUser)) {
    context.requireSecret("scihubPassword", "antares.scihubUser is given");
  }
  return {
    usgsUser: context.hasSecret("usgsPassword")
      ? reader.required(keys.usgsUser)
      : reader.optional(keys.usgsUser),
    scihubUser: context.hasSecret("scihubPassword")
      ? reader.required(keys.scihubUser)
      : reader.optional(keys.scihubUser),
  };
}

/** Leaves out what is undefined, so that an absent key is absent from the decoded settings too. */
function present<K extends string>(
  values: Readonly<Record<K, string | undefined>>,
): Readonly<Partial<Record<K, string>>> {
  const kept: Partial<Record<K, string>> = {};
  for (const name in values) {
    const value = values[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

/** Decodes `antares:countries`: in the order given, each country once. */
export function decodeCountries(readers: readonly Reader[]): readonly CountryConfig[] {
  const countries = new Map<string, CountryConfig>();
  for (const reader of readers) {
    const country = {
      iso: reader.required(countryKeys.iso),
      archive: reader.required(countryKeys.archive),
      sha256: reader.required(countryKeys.sha256),
    };
    if (!reader.sound(...Object.values(countryKeys))) continue;
    const before = countries.get(country.iso);
    if (before === undefined) {
      countries.set(country.iso, country);
    } else if (before.archive !== country.archive || before.sha256 !== country.sha256) {
      const expected = `each country once: ${country.iso} is already listed with another archive`;
      reader.refuse(countryKeys.iso, expected);
    }
  }
  return [...countries.values()];
}
