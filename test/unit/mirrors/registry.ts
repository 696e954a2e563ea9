import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A registry on the loopback whose behaviour a test writes. */
export interface Registry {
  readonly url: URL;
  /** Paths asked for, in order. */
  readonly asked: string[];
  stop(): Promise<void>;
}

export type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

export async function startRegistry(behave: Behaviour): Promise<Registry> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    behave(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  if (typeof bound !== "object" || bound === null) throw new Error("no address");
  return {
    url: new URL(`http://127.0.0.1:${bound.port}/`),
    asked,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A folder for one test and how to remove it. */
export function scratch(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "antares-mirrors-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
