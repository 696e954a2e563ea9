import { createHash, randomUUID } from "node:crypto";
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Download } from "./download";
import { conditions, readEntry, type Entry } from "./entry";
import { fetchUpstream, withoutCredentials, type UpstreamAnswer } from "./upstream";

/** One thing that a registry serves. */
export interface StoreRequest {
  /** Its identity in the cache, independent of where it comes from. */
  readonly key: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Never changes under this key: asked for once and for all. Else asked for once per run. */
  readonly immutable: boolean;
  /** Changes the body before it is stored; `url` is where it came from. Only where not immutable. */
  readonly transform?: (body: Buffer, from: { url: URL; contentType: string }) => Buffer;
}

export type StoreAnswer =
  | { readonly kind: "missing"; readonly status: number }
  | {
      readonly kind: "file";
      readonly contentType: string;
      /** Undefined while it arrives from a server that does not tell. */
      readonly size: number | undefined;
      /** Bytes from `start` to before `end`. */
      readonly read: (start: number, end: number) => AsyncIterable<Buffer>;
    };

export interface StoreCounts {
  hits: number;
  misses: number;
  /** Bytes that came from registries. */
  fetched: number;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What registries served, on disk; several processes may share a folder. */
export class Store {
  readonly counts: StoreCounts = { hits: 0, misses: 0, fetched: 0 };
  private readonly asked = new Set<string>();
  private readonly running = new Map<Download, Promise<unknown>>();
  private readonly pending = new Map<string, Promise<StoreAnswer>>();

  constructor(
    private readonly folder: string,
    private readonly log: (line: string) => void,
  ) {}

  /** From the cache or the registry; rejects when the registry does not answer and nothing is cached. */
  async get(request: StoreRequest): Promise<StoreAnswer> {
    const entry = this.entry(request.key);
    if (entry !== undefined && (request.immutable || this.asked.has(request.key))) {
      this.counts.hits++;
      return this.stored(request.key, entry);
    }
    const others = this.pending.get(request.key);
    if (others !== undefined) {
      this.counts.hits++;
      return others;
    }
    this.counts.misses++;
    const mine = request.immutable ? this.download(request) : this.refresh(request, entry);
    this.pending.set(request.key, mine);
    const settled = (): boolean => this.pending.delete(request.key);
    // A download goes on after it was answered and clears its own place.
    if (request.immutable) mine.catch(settled);
    else mine.then(settled, settled);
    return mine;
  }

  /** Breaks unfinished downloads off and waits until finished ones are in the cache. */
  async close(): Promise<void> {
    for (const download of this.running.keys()) download.abort();
    await Promise.all(this.running.values());
  }

  /** Removes bodies that interrupted downloads left: no entry names them, and they are a day old. */
  removeDebris(): void {
    const limit = Date.now() - 24 * 3_600_000;
    const entries = readdirSync(this.folder, { recursive: true, withFileTypes: true });
    const named = new Map<string, string | undefined>();
    for (const { parentPath, name } of entries.filter((entry) => UUID.test(entry.name))) {
      if (!named.has(parentPath)) named.set(parentPath, readEntry(parentPath)?.body);
      const file = join(parentPath, name);
      if (named.get(parentPath) !== name && statSync(file).mtimeMs < limit) rmSync(file);
    }
  }

  private async download(request: StoreRequest): Promise<StoreAnswer> {
    const answer = await fetchUpstream(request);
    if (answer.status !== 200) {
      this.pending.delete(request.key);
      return drop(answer);
    }
    const body = randomUUID();
    const download = new Download(answer.body, {
      path: this.prepare(request.key, body),
      size: sizeOf(answer),
      arrived: (bytes) => (this.counts.fetched += bytes),
    });
    const kept = download.ended
      .then(() => this.commit(request, answer, body))
      .catch((error: unknown) => {
        this.log(`${withoutCredentials(request.url)}: ${String(error)}`);
        rmSync(download.path, { force: true });
      })
      .finally(() => {
        this.pending.delete(request.key);
        this.running.delete(download);
      });
    this.running.set(download, kept);
    const { size } = download;
    const read = (start: number, end: number): AsyncIterable<Buffer> => download.read(start, end);
    return { kind: "file", contentType: typeOf(answer), size, read };
  }

  private async refresh(request: StoreRequest, entry: Entry | undefined): Promise<StoreAnswer> {
    try {
      return await this.ask(request, entry);
    } catch (error) {
      if (entry === undefined) throw error;
      this.log(`serving an older copy: ${error instanceof Error ? error.message : String(error)}`);
      this.asked.add(request.key);
      return this.stored(request.key, entry);
    }
  }

  private async ask(request: StoreRequest, entry: Entry | undefined): Promise<StoreAnswer> {
    const headers = { ...request.headers, ...conditions(entry) };
    const answer = await fetchUpstream({ ...request, headers });
    if (answer.status === 304 && entry !== undefined) {
      answer.body.destroy();
      this.asked.add(request.key);
      return this.stored(request.key, entry);
    }
    if (answer.status >= 500) {
      answer.body.destroy();
      throw new Error(`${withoutCredentials(answer.url)}: status ${answer.status}`);
    }
    if (answer.status !== 200) return drop(answer);
    const raw = Buffer.concat(await answer.body.toArray());
    this.counts.fetched += raw.length;
    const from = { url: answer.url, contentType: typeOf(answer) };
    const name = randomUUID();
    const file = this.prepare(request.key, name);
    await writeFile(file, request.transform?.(raw, from) ?? raw);
    const made = await this.commit(request, answer, name);
    this.asked.add(request.key);
    return this.stored(request.key, made);
  }

  private async commit(
    request: StoreRequest,
    answer: UpstreamAnswer,
    body: string,
  ): Promise<Entry> {
    const old = this.entry(request.key);
    const folder = this.place(request.key);
    const { size } = await stat(join(folder, body));
    const entry: Entry = {
      url: withoutCredentials(request.url),
      contentType: typeOf(answer),
      size,
      body,
      etag: answer.headers.etag,
      lastModified: answer.headers["last-modified"],
    };
    const file = join(folder, `${body}.json`);
    await writeFile(file, JSON.stringify(entry));
    renameSync(file, join(folder, "entry.json"));
    if (old !== undefined) rmSync(join(folder, old.body), { force: true });
    return entry;
  }

  private stored(key: string, entry: Entry): StoreAnswer {
    const { contentType, size } = entry;
    const file = join(this.place(key), entry.body);
    const read = (start: number, end: number): AsyncIterable<Buffer> =>
      start >= end ? nothing() : createReadStream(file, { start, end: end - 1 });
    return { kind: "file", contentType, size, read };
  }

  private entry(key: string): Entry | undefined {
    const entry = readEntry(this.place(key));
    return entry !== undefined && existsSync(join(this.place(key), entry.body)) ? entry : undefined;
  }

  private place(key: string): string {
    const digest = createHash("sha256").update(key).digest("hex");
    return join(this.folder, digest.slice(0, 2), digest.slice(2, 34));
  }

  private prepare(key: string, body: string): string {
    const folder = this.place(key);
    mkdirSync(folder, { recursive: true });
    return join(folder, body);
  }
}

async function* nothing(): AsyncGenerator<Buffer> {
  // An empty file has no range to read.
}

function drop(answer: UpstreamAnswer): StoreAnswer {
  answer.body.destroy();
  return { kind: "missing", status: answer.status };
}

function typeOf(answer: UpstreamAnswer): string {
  return answer.headers["content-type"] ?? "application/octet-stream";
}

function sizeOf(answer: UpstreamAnswer): number | undefined {
  const length = answer.headers["content-length"];
  return length === undefined ? undefined : Number(length);
}
