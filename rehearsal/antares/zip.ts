/** A zip archive without compression: the same entries always give the same bytes. */

export interface ZipEntry {
  /** Name inside the archive, ASCII. */
  readonly name: string;
  readonly content: Buffer;
}

// 1980-01-01 00:00, the earliest moment that the format can say.
const fixedDate = 0x0021;

/** The archive's bytes, entries in the given order. */
export function storedZip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const fields = commonFields(entry);
    const local = Buffer.concat([signature(0x04034b50), fields, Buffer.from(entry.name, "ascii")]);
    directory.push(directoryRecord(entry, fields, offset));
    parts.push(local, entry.content);
    offset += local.length + entry.content.length;
  }
  const index = Buffer.concat(directory);
  return Buffer.concat([...parts, index, endRecord(entries.length, index.length, offset)]);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** The 26 bytes that a local header and a directory record share. */
function commonFields(entry: ZipEntry): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(10, 0);
  fields.writeUInt16LE(fixedDate, 8);
  fields.writeUInt32LE(crc32(entry.content), 10);
  fields.writeUInt32LE(entry.content.length, 14);
  fields.writeUInt32LE(entry.content.length, 18);
  fields.writeUInt16LE(entry.name.length, 22);
  return fields;
}

function directoryRecord(entry: ZipEntry, fields: Buffer, offset: number): Buffer {
  const version = Buffer.from([10, 0]);
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(offset, 10);
  const name = Buffer.from(entry.name, "ascii");
  return Buffer.concat([signature(0x02014b50), version, fields, rest, name]);
}

function endRecord(count: number, indexBytes: number, indexOffset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(indexBytes, 12);
  end.writeUInt32LE(indexOffset, 16);
  return end;
}

/** CRC-32 of the format; Node's own arrived only with 20.15. */
function crc32(content: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of content) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
