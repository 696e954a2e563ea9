import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Store, StoreAnswer } from "./store";

const JSON_TYPE = "application/vnd.pypi.simple.v1+json";
const HTML_TYPE = "text/html";

/**
 * A simple index (PEP 503 and 691) whose links lead to our own copies. A file's address here is
 * `/files/ORIGIN/PATH`: ORIGIN stands for a server that an index page named, so that hosts cannot
 * make the mirror fetch from anywhere else; and `PATH.metadata` works without further ado.
 */
export class PythonIndex {
  private readonly origins: Map<string, string>;
  private readonly originsFile: string;

  constructor(
    private readonly store: Store,
    private readonly upstream: URL,
    folder: string,
  ) {
    this.originsFile = join(folder, "origins.json");
    this.origins = new Map(readOrigins(this.originsFile));
  }

  /** Page of a project; `accept` is the client's header. */
  async page(name: string, accept: string): Promise<StoreAnswer> {
    const project = name.toLowerCase().replace(/[-_.]+/g, "-");
    if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(project)) return { kind: "missing", status: 404 };
    const type = accept.includes(JSON_TYPE) ? JSON_TYPE : HTML_TYPE;
    return this.store.get({
      key: `python page ${this.upstream.host}${this.upstream.pathname} ${project} ${type}`,
      url: new URL(`${project}/`, this.upstream),
      headers: { accept: type === HTML_TYPE ? HTML_TYPE : `${JSON_TYPE}, ${HTML_TYPE};q=0.5` },
      immutable: false,
      transform: (body, { url, contentType }) =>
        Buffer.from(this.rewrite(body.toString("utf8"), url, contentType)),
    });
  }

  /** A distribution or its metadata; `path` is what follows `/files/`, with its query. */
  async file(path: string): Promise<StoreAnswer> {
    const [, id, rest] = /^([0-9a-f]{16})(\/.*)$/.exec(path) ?? [];
    const origin = id === undefined ? undefined : this.origins.get(id);
    if (origin === undefined || rest === undefined) return { kind: "missing", status: 404 };
    const url = new URL(origin + rest);
    if (url.origin === this.upstream.origin) {
      url.username = this.upstream.username;
      url.password = this.upstream.password;
    }
    return this.store.get({ key: `python file ${path}`, url, immutable: true });
  }

  private rewrite(page: string, from: URL, contentType: string): string {
    if (contentType.includes("json")) return this.rewriteJson(page, from);
    const local = (link: string): string => escapeHtml(this.localLink(unescapeHtml(link), from));
    return page.replace(/(?<=<a\s[^>]*?href\s*=\s*(["'])).*?(?=\1)/gis, local);
  }

  private rewriteJson(page: string, from: URL): string {
    const index = JSON.parse(page) as { files: { url: string }[] };
    const files = index.files.map((file) => ({ ...file, url: this.localLink(file.url, from) }));
    return JSON.stringify({ ...index, files });
  }

  /** Relative, so that a page stays right when the mirror is started on another address. */
  private localLink(link: string, from: URL): string {
    const { origin, pathname, search, hash } = new URL(link, from);
    const id = createHash("sha256").update(origin).digest("hex").slice(0, 16);
    if (!this.origins.has(id)) this.remember(id, origin);
    return `../../files/${id}${pathname}${search}${hash}`;
  }

  private remember(id: string, origin: string): void {
    for (const [known, where] of readOrigins(this.originsFile)) this.origins.set(known, where);
    this.origins.set(id, origin);
    mkdirSync(dirname(this.originsFile), { recursive: true });
    writeFileSync(`${this.originsFile}.${process.pid}`, JSON.stringify([...this.origins]));
    renameSync(`${this.originsFile}.${process.pid}`, this.originsFile);
  }
}

function unescapeHtml(attribute: string): string {
  return attribute.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");
}

function escapeHtml(attribute: string): string {
  return attribute.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}

function readOrigins(file: string): [string, string][] {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as [string, string][]) : [];
}
