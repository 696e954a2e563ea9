import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { StoreAnswer } from "./store";

/** First and last byte, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The single range of a Range header; "whole" where there is none or several (then the whole file is
 * a correct answer), "unsatisfiable" where it lies outside of `size` bytes.
 */
export function parseRange(
  header: string | undefined,
  size: number,
): ByteRange | "whole" | "unsatisfiable" {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === "" && last === "") return "whole";
  if (first === "") {
    const count = Math.min(Number(last), size);
    return count === 0 ? "unsatisfiable" : { first: size - count, last: size - 1 };
  }
  const from = Number(first);
  const to = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return from >= size || to < from ? "unsatisfiable" : { first: from, last: to };
}

/** A request, where its answer goes, and who counts the bytes of files before they are sent. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly count: (bytes: number) => void;
}

/** Sends an answer of the store, or the asked part of it. */
export async function serve(exchange: Exchange, answer: StoreAnswer): Promise<void> {
  const { request, response } = exchange;
  if (answer.kind === "missing") return plain(response, answer.status, "not there\n");
  const { size, contentType } = answer;
  response.setHeader("content-type", contentType);
  if (size === undefined) {
    return send(exchange, () => answer.read(0, Number.MAX_SAFE_INTEGER));
  }
  response.setHeader("accept-ranges", "bytes");
  // If-Range names a version that we cannot confirm: the whole file is then the right answer.
  const asked = request.headers["if-range"] === undefined ? request.headers.range : undefined;
  const range = parseRange(asked, size);
  if (range === "unsatisfiable") {
    response.setHeader("content-range", `bytes */${size}`);
    return plain(response, 416, "no such range\n");
  }
  const { first, last } = range === "whole" ? { first: 0, last: size - 1 } : range;
  if (range !== "whole") {
    response.statusCode = 206;
    response.setHeader("content-range", `bytes ${first}-${last}/${size}`);
  }
  response.setHeader("content-length", last + 1 - first);
  return send(exchange, () => answer.read(first, last + 1));
}

/** A short answer in words. */
export function plain(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader("content-type", "text/plain; charset=utf-8");
  response.end(text);
}

async function send(exchange: Exchange, read: () => AsyncIterable<Buffer>): Promise<void> {
  const { request, response, count } = exchange;
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of read()) {
      count(chunk.length);
      yield chunk;
    }
  }
  // A body that breaks off closes the connection, so that the client sees that it is incomplete.
  await pipeline(Readable.from(counted()), response);
}
