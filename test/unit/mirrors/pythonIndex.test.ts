import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { startMirrors, type Mirrors } from "../../../rehearsal/mirrors/mirrors";
import { scratch, startRegistry, type Behaviour, type Registry } from "./registry";

const JSON_TYPE = "application/vnd.pypi.simple.v1+json";

describe("the mirror's Python index", () => {
  let folder: string;
  let remove: () => void;
  let index: Registry;
  let files: Registry;
  let mirrors: Mirrors;
  let page: Behaviour;
  let origin: string;

  beforeEach(async () => {
    ({ folder, remove } = scratch());
    files = await startRegistry((request, response) =>
      response.end(`body of ${request.url ?? ""}`),
    );
    origin = createHash("sha256").update(files.url.origin).digest("hex").slice(0, 16);
    index = await startRegistry((request, response) => page(request, response));
    mirrors = await start();
  });
  afterEach(async () => {
    await mirrors.stop();
    await index.stop();
    await files.stop();
    remove();
  });

  const start = (): Promise<Mirrors> => {
    const pythonIndex = new URL("simple/", index.url);
    pythonIndex.username = "me";
    pythonIndex.password = "s@cret";
    const unused = new URL("debian", index.url);
    return startMirrors({
      address: "127.0.0.1",
      cacheDir: folder,
      log: () => undefined,
      upstreams: { debian: unused, pythonIndex },
    });
  };

  it("JSON: links lead here, everything else stays", async () => {
    const file = {
      filename: "Foo-1.whl",
      hashes: { sha256: "ab" },
      "requires-python": ">=3.8",
      "core-metadata": { sha256: "cd" },
      yanked: false,
    };
    let auth: string | undefined;
    page = (request, response) => {
      auth = request.headers.authorization;
      const body = {
        meta: { "api-version": "1.1" },
        name: "foo",
        files: [{ ...file, url: `${files.url.href}p/Foo-1.whl#sha256=ab` }],
      };
      response.writeHead(200, { "content-type": JSON_TYPE }).end(JSON.stringify(body));
    };
    const url = `${mirrors.pythonIndex}/Foo_Bar/`;
    const response = await fetch(url, { headers: { accept: `${JSON_TYPE}, text/html;q=0.1` } });
    assert.equal(response.headers.get("content-type"), JSON_TYPE);
    const link = `../../files/${origin}/p/Foo-1.whl#sha256=ab`;
    assert.deepEqual(await response.json(), {
      meta: { "api-version": "1.1" },
      name: "foo",
      files: [{ ...file, url: link }],
    });
    assert.deepEqual(index.asked, ["/simple/foo-bar/"]);
    assert.equal(auth, `Basic ${Buffer.from("me:s@cret").toString("base64")}`);
    const wheel = new URL(link, url).href.split("#")[0] ?? "";
    assert.equal(await (await fetch(wheel)).text(), "body of /p/Foo-1.whl");
    assert.equal(await (await fetch(`${wheel}.metadata`)).text(), "body of /p/Foo-1.whl.metadata");
    assert.equal(await (await fetch(wheel)).text(), "body of /p/Foo-1.whl");
    assert.deepEqual(files.asked, ["/p/Foo-1.whl", "/p/Foo-1.whl.metadata"]);
  });

  it("HTML: attributes and fragments stay; relative links are understood", async () => {
    page = (_request, response) => {
      response.writeHead(200, { "content-type": "text/html" });
      response.end(
        `<a href="${files.url.href}a-1.zip?x=1&amp;y=2#sha256=00" data-requires-python="&gt;=3.8" data-dist-info-metadata="sha256=11">a-1.zip</a>
<a class='c' href='../../up/a-2.zip'>a-2.zip</a>`,
      );
    };
    const text = await (await fetch(`${mirrors.pythonIndex}/a/`)).text();
    const own = createHash("sha256").update(index.url.origin).digest("hex").slice(0, 16);
    assert.equal(
      text,
      `<a href="../../files/${origin}/a-1.zip?x=1&amp;y=2#sha256=00" data-requires-python="&gt;=3.8" data-dist-info-metadata="sha256=11">a-1.zip</a>
<a class='c' href='../../files/${own}/up/a-2.zip'>a-2.zip</a>`,
    );
  });

  it("links of an earlier run still lead to their files; other servers are out of reach", async () => {
    page = (_request, response) => {
      const body = { files: [{ url: `${files.url.href}p/x.whl` }] };
      response.writeHead(200, { "content-type": JSON_TYPE }).end(JSON.stringify(body));
    };
    await (await fetch(`${mirrors.pythonIndex}/x/`, { headers: { accept: JSON_TYPE } })).text();
    await mirrors.stop();
    mirrors = await start();
    const root = mirrors.pythonIndex.replace("/simple", "/files");
    assert.equal(await (await fetch(`${root}/${origin}/p/x.whl`)).text(), "body of /p/x.whl");
    const unknown = createHash("sha256").update("http://elsewhere.test").digest("hex").slice(0, 16);
    assert.equal((await fetch(`${root}/${unknown}/p/x.whl`)).status, 404);
    assert.equal((await fetch(`${mirrors.pythonIndex}/..%2fx/`)).status, 404);
  });
});
