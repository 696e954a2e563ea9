import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startMirrors, type Mirrors } from "../../../rehearsal/mirrors/mirrors";
import { parseRange } from "../../../rehearsal/mirrors/serve";
import { scratch, startRegistry, type Behaviour, type Registry } from "./registry";

describe("mirrors", () => {
  let folder: string;
  let remove: () => void;
  let registry: Registry;
  let mirrors: Mirrors;
  let behave: Behaviour;
  const log: string[] = [];

  beforeEach(async () => {
    ({ folder, remove } = scratch());
    log.length = 0;
    registry = await startRegistry((request, response) => behave(request, response));
    mirrors = await start();
  });
  afterEach(async () => {
    await mirrors.stop();
    await registry.stop();
    remove();
  });

  const start = (): Promise<Mirrors> =>
    startMirrors({
      address: "127.0.0.1",
      cacheDir: folder,
      log: (line) => log.push(line),
      upstreams: {
        debian: new URL("os/debian", registry.url),
        debianSecurity: new URL("os/debian-security/", registry.url),
        pythonIndex: new URL("index/simple/", registry.url),
      },
    });
  const restart = async (): Promise<void> => {
    await mirrors.stop();
    mirrors = await start();
  };
  const text = async (url: string, headers: Record<string, string> = {}): Promise<string> => {
    const response = await fetch(url, { headers });
    return `${response.status} ${await response.text()}`;
  };

  it("a package is fetched once and for all", async () => {
    behave = (_request, response) => response.end("deb");
    assert.equal(await text(`${mirrors.debian}/pool/main/h/hello_1.deb`), "200 deb");
    assert.equal(await text(`${mirrors.debian}/pool/main/h/hello_1.deb`), "200 deb");
    await restart();
    assert.equal(await text(`${mirrors.debian}/pool/main/h/hello_1.deb`), "200 deb");
    assert.equal(await text(`${mirrors.debianSecurity}/pool/main/h/hello_1.deb`), "200 deb");
    assert.deepEqual(registry.asked, [
      "/os/debian/pool/main/h/hello_1.deb",
      "/os/debian-security/pool/main/h/hello_1.deb",
    ]);
    assert.deepEqual(mirrors.counts, { hits: 1, misses: 1, fetched: 3, served: 6 });
  });

  it("many who want the same package wait for one download and get its start at once", async () => {
    let finish = (): void => undefined;
    behave = (_request, response) => {
      response.setHeader("content-length", 6);
      response.write("abc");
      finish = () => response.end("def");
    };
    const url = `${mirrors.debian}/pool/x.deb`;
    const responses = await Promise.all([fetch(url), fetch(url), fetch(url)]);
    const readers = responses.map((response) => (response.body ?? assert.fail()).getReader());
    const next = async (): Promise<string[]> => {
      const parts = await Promise.all(readers.map((reader) => reader.read()));
      return parts.map(({ value }) => Buffer.from(value ?? []).toString());
    };
    assert.deepEqual(await next(), ["abc", "abc", "abc"]);
    finish();
    assert.deepEqual(await next(), ["def", "def", "def"]);
    assert.deepEqual(await next(), ["", "", ""]);
    assert.equal(registry.asked.length, 1);
  });

  it("a download that breaks off is not kept, and its client sees it", async () => {
    let calls = 0;
    behave = (_request, response) => {
      response.setHeader("content-length", 6);
      if (++calls > 1) response.end("abcdef");
      else response.write("abc", () => response.destroy());
    };
    const url = `${mirrors.debian}/pool/broken.deb`;
    await assert.rejects(text(url), /terminated|fetch failed/);
    assert.equal(await text(url), "200 abcdef");
    assert.equal(calls, 2);
  });

  it("lists are asked for once a run and served from the cache when the archive is away", async () => {
    let version = "one";
    behave = (_request, response) => response.end(version);
    const url = `${mirrors.debian}/dists/bookworm/InRelease`;
    assert.equal(await text(url), "200 one");
    version = "two";
    assert.equal(await text(url), "200 one");
    await restart();
    const again = `${mirrors.debian}/dists/bookworm/InRelease`;
    assert.equal(await text(again), "200 two");
    await restart();
    behave = (_request, response) => response.writeHead(503).end("away");
    const away = `${mirrors.debian}/dists/bookworm/InRelease`;
    assert.equal(await text(away), "200 two");
    assert.match(log.join(), /serving an older copy: http:\/\/127.*InRelease: status 503/);
    assert.match(await text(`${mirrors.debian}/dists/other/InRelease`), /^502 http:.*status 503/);
  });

  it("an unchanged list is not sent again", async () => {
    const conditions: (string | undefined)[] = [];
    behave = (request, response) => {
      conditions.push(request.headers["if-none-match"]);
      response.setHeader("etag", '"v1"');
      if (request.headers["if-none-match"] === '"v1"') response.writeHead(304).end();
      else response.end("list");
    };
    assert.equal(await text(`${mirrors.debian}/dists/x/Release`), "200 list");
    await restart();
    assert.equal(await text(`${mirrors.debian}/dists/x/Release`), "200 list");
    assert.deepEqual(conditions, [undefined, '"v1"']);
    assert.equal(mirrors.counts.fetched, 0);
  });

  it("what is not there is passed on and asked for again", async () => {
    behave = (_request, response) => response.writeHead(404).end();
    assert.equal((await text(`${mirrors.debian}/pool/no.deb`)).slice(0, 3), "404");
    behave = (_request, response) => response.end("now");
    assert.equal(await text(`${mirrors.debian}/pool/no.deb`), "200 now");
    assert.equal((await text(`${mirrors.debian}/../../etc/passwd`)).slice(0, 3), "404");
    assert.equal((await text(`http://127.0.0.1:${mirrors.port}/other/x`)).slice(0, 3), "404");
  });

  it("parts of files, also while they are new", async () => {
    behave = (_request, response) => {
      response.setHeader("content-length", 10);
      response.end("0123456789");
    };
    const url = `${mirrors.debian}/pool/r.deb`;
    assert.equal(await text(url, { range: "bytes=-3" }), "206 789");
    assert.equal(await text(url, { range: "bytes=2-4" }), "206 234");
    assert.equal(await text(url, { range: "bytes=8-" }), "206 89");
    assert.equal(await text(url, { range: "bytes=8-", "if-range": '"other"' }), "200 0123456789");
    assert.equal((await text(url, { range: "bytes=10-" })).slice(0, 3), "416");
    const head = await fetch(url, { method: "HEAD" });
    assert.equal(head.headers.get("content-length"), "10");
    assert.equal(parseRange("bytes=0-1,3-4", 10), "whole");
    assert.deepEqual(parseRange("bytes=5-99", 10), { first: 5, last: 9 });
    assert.equal(parseRange("bytes=-0", 10), "unsatisfiable");
  });

  it("files of the machine, as they are now, also empty ones", async () => {
    const file = join(folder, "archive.zip");
    writeFileSync(file, "");
    const url = mirrors.publish("a b.zip", file);
    assert.equal(url, `http://127.0.0.1:${mirrors.port}/static/a%20b.zip`);
    assert.equal(await text(url), "200 ");
    writeFileSync(file, "zip");
    assert.equal(await text(url), "200 zip");
    assert.equal((await text(url.replace("a%20b", "c"))).slice(0, 3), "404");
  });
});
