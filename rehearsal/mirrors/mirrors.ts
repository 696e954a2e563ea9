import { createReadStream, existsSync, mkdirSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { cacheDir } from "../cache";
import { debianUpstreams } from "./aptSources";
import { machineIndex } from "./pipSettings";
import { PythonIndex } from "./pythonIndex";
import { plain, serve, type Exchange } from "./serve";
import { Store, type StoreAnswer, type StoreCounts } from "./store";

export interface MirrorOptions {
  /** Where it listens: the machine's address on the hosts' bridge. */
  readonly address: string;
  /** Name by which hosts know that address, in the addresses that are handed out; itself when absent. */
  readonly name?: string;
  /** Default: a free port. */
  readonly port?: number;
  /** The project's cache folder when absent. */
  readonly cacheDir?: string;
  readonly log: (line: string) => void;
  /** Where packages come from; what this machine's own apt and pip use, when absent. */
  readonly upstreams?: Partial<Upstreams>;
}

/** Addresses of registries, possibly with credentials. */
export interface Upstreams {
  readonly debian: URL;
  readonly debianSecurity: URL | undefined;
  readonly pythonIndex: URL;
}

export interface MirrorCounts extends StoreCounts {
  /** Bytes that hosts got. */
  served: number;
}

/** Package registries as the hosts see them; addresses without a trailing slash. */
export interface Mirrors {
  /** `http://ADDRESS:PORT/debian`; security updates are beside it. */
  readonly debian: string;
  readonly debianSecurity: string;
  /** `http://ADDRESS:PORT/simple`. */
  readonly pythonIndex: string;
  readonly port: number;
  readonly counts: Readonly<MirrorCounts>;
  /** Serves a file of this machine under `/static/NAME`, as it is at each request; its address. */
  publish(name: string, path: string): string;
  stop(): Promise<void>;
}

const SUITE = "bookworm";

/**
 * Package registries for hosts without a route out: caching reverse proxies for Debian and for
 * Python, and files of this machine. Signatures and hashes pass through unchanged.
 */
export async function startMirrors(options: MirrorOptions): Promise<Mirrors> {
  const folder = join(options.cacheDir ?? cacheDir(), "mirrors");
  mkdirSync(folder, { recursive: true });
  const store = new Store(folder, options.log);
  store.removeDebris();
  const upstreams = await findUpstreams(options);
  const files = new Map<string, string>();
  const python = new PythonIndex(store, upstreams.pythonIndex, folder);
  const counts = { served: 0 };
  const server = createServer((request, response) => {
    const exchange = { request, response, count: (bytes: number) => (counts.served += bytes) };
    answer(exchange, { store, upstreams, python, files }).catch((error: unknown) =>
      fail(response, error, options.log),
    );
  });
  const port = await listen(server, options);
  const root = `http://${options.name ?? options.address}:${port}`;
  return {
    debian: `${root}/debian`,
    debianSecurity: `${root}/debian-security`,
    pythonIndex: `${root}/simple`,
    port,
    get counts() {
      return { ...store.counts, ...counts };
    },
    publish(name, path) {
      files.set(name, path);
      return `${root}/static/${encodeURIComponent(name)}`;
    },
    stop: async () => {
      await close(server);
      await store.close();
    },
  };
}

interface Parts {
  readonly store: Store;
  readonly upstreams: Upstreams;
  readonly python: PythonIndex;
  readonly files: ReadonlyMap<string, string>;
}

async function answer(exchange: Exchange, parts: Parts): Promise<void> {
  const { request, response } = exchange;
  if (request.method !== "GET" && request.method !== "HEAD") {
    return plain(response, 405, "GET or HEAD\n");
  }
  // The parser resolves every `..`, so no path leaves its folder below.
  const { pathname, search } = new URL(request.url ?? "/", "http://mirror");
  const [, kind = "", rest = ""] = /^\/([^/]+)\/(.+)$/.exec(pathname) ?? [];
  return serve(exchange, await find({ kind, rest, search, request }, parts));
}

async function find(
  asked: { kind: string; rest: string; search: string; request: IncomingMessage },
  { store, upstreams, python, files }: Parts,
): Promise<StoreAnswer> {
  const { kind, rest, search, request } = asked;
  switch (kind) {
    case "debian":
      return debianFile(store, upstreams.debian, rest);
    case "debian-security":
      return debianFile(store, upstreams.debianSecurity, rest);
    case "simple":
      return python.page(decodeURIComponent(rest.replace(/\/$/, "")), request.headers.accept ?? "");
    case "files":
      return python.file(rest + search);
    case "static":
      return staticFile(files.get(decodeURIComponent(rest)));
    default:
      return { kind: "missing", status: 404 };
  }
}

/** Packages and lists named by their digest never change; everything else may. */
function debianFile(store: Store, archive: URL | undefined, path: string): Promise<StoreAnswer> {
  if (archive === undefined) return Promise.resolve({ kind: "missing", status: 404 });
  const immutable = path.startsWith("pool/") || path.includes("/by-hash/");
  const url = new URL(`${archive.href.replace(/\/$/, "")}/${path}`);
  return store.get({ key: `debian ${archive.host}${archive.pathname} ${path}`, url, immutable });
}

function staticFile(path: string | undefined): StoreAnswer {
  if (path === undefined || !existsSync(path)) return { kind: "missing", status: 404 };
  const { size } = statSync(path);
  return {
    kind: "file",
    contentType: "application/octet-stream",
    size,
    read: (start, end) => createReadStream(path, { start, end: Math.max(start, end - 1) }),
  };
}

async function findUpstreams(options: MirrorOptions): Promise<Upstreams> {
  const { upstreams: given = {} } = options;
  const apt = given.debian === undefined ? debianUpstreams(SUITE) : undefined;
  const security = apt?.security === undefined ? undefined : new URL(apt.security);
  const debian = given.debian ?? new URL(apt?.debian ?? "");
  const pythonIndex = given.pythonIndex ?? (await machineIndex());
  return { debian, debianSecurity: given.debianSecurity ?? security, pythonIndex };
}

function fail(response: ServerResponse, error: unknown, log: (line: string) => void): void {
  const reason = error instanceof Error ? error.message : String(error);
  // The client went away: it will ask again or not.
  if (error instanceof Error && "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE") {
    return;
  }
  log(`mirror: ${reason}`);
  if (response.headersSent) response.destroy();
  else plain(response, 502, `${reason}\n`);
}

function listen(server: Server, options: MirrorOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, options.address, () => {
      const bound = server.address();
      resolve(typeof bound === "object" && bound !== null ? bound.port : 0);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
