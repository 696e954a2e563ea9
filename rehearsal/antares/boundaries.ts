import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";

import { shapefile, type Field, type Layer, type Position } from "./shapefile";
import { storedZip, type ZipEntry } from "./zip";

export interface BoundaryRequest {
  /** ISO 3166-1 alpha-3, upper case. */
  readonly iso: string;
  /** Names of the first administrative level, at most 50 bytes each; none is allowed. */
  readonly regions: readonly string[];
}

const isoField: Field = { name: "ISO", width: 3 };
const regionField: Field = { name: "NAME_1", width: 50 };

/**
 * A boundary archive as antares expects it (`ISO_adm0.shp`, and `ISO_adm1.shp` when there are
 * regions) of a country that does not look like the real one: a rectangle, cut into strips. Real
 * boundaries may not be handed on by their licence, so rehearsals bring this one.
 */
export function boundaryArchive(request: BoundaryRequest): Buffer {
  const { iso, regions } = request;
  if (!/^[A-Z]{3}$/.test(iso)) throw new RangeError(`not an ISO 3166-1 alpha-3 code: ${iso}`);
  const whole = { ring: strip({ iso, index: 0, count: 1 }), values: { ISO: iso } };
  const country = layerEntries({ stem: `${iso}_adm0`, fields: [isoField], features: [whole] });
  const strips = regions.map((name, index) => ({
    ring: strip({ iso, index, count: regions.length }),
    values: { ISO: iso, NAME_1: name },
  }));
  if (strips.length === 0) return storedZip(country);
  const fields = [isoField, regionField];
  const level1 = layerEntries({ stem: `${iso}_adm1`, fields, features: strips });
  return storedZip([...country, ...level1]);
}

/** Writes the archive; its digest (lower-case hex) depends on code and regions only. */
export function writeBoundaryArchive(request: BoundaryRequest & { readonly path: string }): {
  readonly sha256: string;
} {
  const archive = boundaryArchive(request);
  writeFileSync(request.path, archive);
  return { sha256: createHash("sha256").update(archive).digest("hex") };
}

function layerEntries(layer: Layer & { readonly stem: string }): readonly ZipEntry[] {
  const extensions = [...shapefile(layer)];
  return extensions.map(([suffix, content]) => ({ name: `${layer.stem}.${suffix}`, content }));
}

/** Strip `index` of `count` of a 10 x 5 degree rectangle whose place follows from the code. */
function strip(place: { iso: string; index: number; count: number }): readonly Position[] {
  const number = [...place.iso].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 65, 0);
  const origin = (number % 330) - 170;
  const south = (number % 110) - 55;
  const west = origin + (10 * place.index) / place.count;
  const east = origin + (10 * (place.index + 1)) / place.count;
  const north = south + 5;
  return [
    [west, south],
    [west, north],
    [east, north],
    [east, south],
    [west, south],
  ];
}
