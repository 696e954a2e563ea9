import { writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";

const CHUNK = 256 * 1024;

/**
 * A file that grows while a body arrives, readable by many from any position meanwhile. Clients of a
 * mirror give up after some seconds of silence: they must get a large file's start at once.
 */
export class Download {
  /** Settles when the file is complete; rejects when it will not be. */
  readonly ended: Promise<void>;
  private written = 0;
  private finished = false;
  private failure: Error | undefined;
  private readonly waiting = new Set<() => void>();

  readonly path: string;
  /** Size announced by the server, if it did. */
  readonly size: number | undefined;

  constructor(
    private readonly body: Readable,
    to: {
      readonly path: string;
      readonly size: number | undefined;
      /** Told about every piece before any reader sees it. */
      readonly arrived: (bytes: number) => void;
    },
  ) {
    this.path = to.path;
    this.size = to.size;
    // Readers may open it before the first byte is there.
    writeFileSync(to.path, "");
    this.ended = this.receive(to.arrived);
  }

  /** Breaks it off, unless it is complete. */
  abort(): void {
    this.body.destroy(new Error("the mirror was stopped"));
  }

  /** Bytes from `start` to before `end`; waits for what has not arrived yet. */
  async *read(start: number, end: number): AsyncGenerator<Buffer> {
    const file = await open(this.path, "r");
    try {
      for (let position = start; position < end;) {
        const available = Math.min(this.written, end) - position;
        if (available > 0) {
          const buffer = Buffer.alloc(Math.min(available, CHUNK));
          const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
          position += bytesRead;
          yield buffer.subarray(0, bytesRead);
        } else if (this.failure !== undefined) {
          throw this.failure;
        } else if (this.finished) {
          return;
        } else {
          await new Promise<void>((resolve) => this.waiting.add(resolve));
        }
      }
    } finally {
      await file.close();
    }
  }

  private async receive(arrived: (bytes: number) => void): Promise<void> {
    // A body that is shorter than announced ends with an error of Node's own.
    try {
      const file = await open(this.path, "a");
      try {
        for await (const chunk of this.body as AsyncIterable<Buffer>) {
          await file.appendFile(chunk);
          this.written += chunk.length;
          arrived(chunk.length);
          this.notify();
        }
      } finally {
        await file.close();
      }
      this.finished = true;
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error));
      this.body.destroy();
      throw this.failure;
    } finally {
      this.notify();
    }
  }

  private notify(): void {
    const readers = [...this.waiting];
    this.waiting.clear();
    for (const resume of readers) resume();
  }
}
