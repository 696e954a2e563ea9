import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";

/**
 * Follows a growing file of lines by looking every 50 ms: change notifications do not cross the
 * mounts of a throw-away host. A file that got shorter is read again from its start (the engine
 * truncates its event log between preview and update).
 */
export class FileTail {
  private offset = 0;
  private rest = "";
  private decoder = new StringDecoder("utf8");
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly path: string,
    private readonly onLine: (line: string) => void,
  ) {
    this.timer = setInterval(() => this.look(), 50);
  }

  /** Reads what is left and ends. A last line without a newline is dropped: it was cut off. */
  stop(): void {
    clearInterval(this.timer);
    this.look();
  }

  private look(): void {
    const file = openIfThere(this.path);
    if (file === undefined) return;
    try {
      const size = fstatSync(file).size;
      if (size < this.offset) this.rewind();
      const buffer = Buffer.alloc(size - this.offset);
      const count = readSync(file, buffer, 0, buffer.length, this.offset);
      this.offset += count;
      this.take(this.decoder.write(buffer.subarray(0, count)));
    } finally {
      closeSync(file);
    }
  }

  private rewind(): void {
    this.offset = 0;
    this.rest = "";
    this.decoder = new StringDecoder("utf8");
  }

  private take(text: string): void {
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") this.onLine(line);
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch {
    return undefined;
  }
}
