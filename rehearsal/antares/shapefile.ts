/** The four files of an ESRI shapefile of polygons, as far as a synthetic boundary needs them. */

/** Longitude and latitude in degrees (WGS84). */
export type Position = readonly [longitude: number, latitude: number];

export interface Feature {
  /** Outer ring, clockwise, first position repeated at the end. */
  readonly ring: readonly Position[];
  /** Values by field name; fields without a value are blank. */
  readonly values: Readonly<Record<string, string>>;
}

export interface Field {
  /** At most 10 ASCII characters. */
  readonly name: string;
  /** Width in bytes, at most 254. */
  readonly width: number;
}

export interface Layer {
  readonly fields: readonly Field[];
  readonly features: readonly Feature[];
}

const polygon = 5;
const headerBytes = 100;
const wgs84 =
  'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],' +
  'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]';

/** Content by extension: `shp`, `shx`, `dbf`, `prj`, `cpg`. The same layer gives the same bytes. */
export function shapefile(layer: Layer): ReadonlyMap<string, Buffer> {
  const shapes = layer.features.map((feature) => polygonContent(feature.ring));
  const box = bounds(layer.features.flatMap((feature) => feature.ring));
  return new Map([
    ["shp", mainFile(shapes, box)],
    ["shx", indexFile(shapes, box)],
    ["dbf", table(layer)],
    ["prj", Buffer.from(wgs84, "ascii")],
    ["cpg", Buffer.from("UTF-8", "ascii")],
  ]);
}

function mainFile(shapes: readonly Buffer[], box: readonly number[]): Buffer {
  const records = shapes.flatMap((shape, index) => [words(index + 1, shape.length / 2), shape]);
  const body = Buffer.concat(records);
  return Buffer.concat([fileHeader(headerBytes + body.length, box), body]);
}

function indexFile(shapes: readonly Buffer[], box: readonly number[]): Buffer {
  let offset = headerBytes;
  const entries = shapes.map((shape) => {
    const entry = words(offset / 2, shape.length / 2);
    offset += 8 + shape.length;
    return entry;
  });
  return Buffer.concat([fileHeader(headerBytes + 8 * entries.length, box), ...entries]);
}

/** Lengths and offsets of the format are big-endian counts of 16-bit words. */
function words(first: number, second: number): Buffer {
  const pair = Buffer.alloc(8);
  pair.writeInt32BE(first, 0);
  pair.writeInt32BE(second, 4);
  return pair;
}

function fileHeader(bytes: number, box: readonly number[]): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeInt32BE(9994, 0);
  header.writeInt32BE(bytes / 2, 24);
  header.writeInt32LE(1000, 28);
  header.writeInt32LE(polygon, 32);
  box.forEach((value, index) => header.writeDoubleLE(value, 36 + 8 * index));
  return header;
}

function polygonContent(ring: readonly Position[]): Buffer {
  const content = Buffer.alloc(48 + 16 * ring.length);
  content.writeInt32LE(polygon, 0);
  bounds(ring).forEach((value, index) => content.writeDoubleLE(value, 4 + 8 * index));
  content.writeInt32LE(1, 36);
  content.writeInt32LE(ring.length, 40);
  content.writeInt32LE(0, 44);
  ring.forEach(([longitude, latitude], index) => {
    content.writeDoubleLE(longitude, 48 + 16 * index);
    content.writeDoubleLE(latitude, 56 + 16 * index);
  });
  return content;
}

function bounds(positions: readonly Position[]): readonly number[] {
  const longitudes = positions.map(([longitude]) => longitude);
  const latitudes = positions.map(([, latitude]) => latitude);
  return [
    Math.min(...longitudes),
    Math.min(...latitudes),
    Math.max(...longitudes),
    Math.max(...latitudes),
  ];
}

function table(layer: Layer): Buffer {
  const width = layer.fields.reduce((sum, field) => sum + field.width, 1);
  const header = Buffer.alloc(33 + 32 * layer.fields.length);
  // dBASE III, and a fixed date of change: the bytes must not depend on the day.
  header.set([3, 100, 1, 1], 0);
  header.writeUInt32LE(layer.features.length, 4);
  header.writeUInt16LE(header.length, 8);
  header.writeUInt16LE(width, 10);
  layer.fields.forEach((field, index) => {
    const at = 32 + 32 * index;
    header.write(field.name, at, 10, "ascii");
    header.write("C", at + 11, "ascii");
    header.writeUInt8(field.width, at + 16);
  });
  header.writeUInt8(0x0d, header.length - 1);
  const rows = layer.features.map((feature) => row(layer.fields, feature.values));
  return Buffer.concat([header, ...rows, Buffer.from([0x1a])]);
}

function row(fields: readonly Field[], values: Readonly<Record<string, string>>): Buffer {
  const cells = fields.map((field) => {
    const text = Buffer.from(values[field.name] ?? "", "utf8");
    if (text.length > field.width) {
      throw new RangeError(`${field.name}: ${text.length} bytes, at most ${field.width}`);
    }
    return Buffer.concat([text, Buffer.alloc(field.width - text.length, " ")]);
  });
  return Buffer.concat([Buffer.from(" "), ...cells]);
}
