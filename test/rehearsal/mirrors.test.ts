import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { baseImage, debianSources } from "../../rehearsal/hosts/base";
import { createHost, type ThrowAwayHost } from "../../rehearsal/hosts/host";
import { stopNetwork } from "../../rehearsal/hosts/kept";
import { Network } from "../../rehearsal/hosts/network";
import { openStorage, type Storage } from "../../rehearsal/hosts/storage";
import { findLeftovers, sweep } from "../../rehearsal/hosts/sweep";
import { startMirrors, type Mirrors } from "../../rehearsal/mirrors/mirrors";

describe("mirrors for hosts without a route out", function () {
  this.timeout(300_000);
  let storage: Storage;
  let network: Network;
  let mirrors: Mirrors;
  let host: ThrowAwayHost;

  before(async function () {
    this.timeout(900_000);
    storage = openStorage();
    await sweep(storage);
    const image = await baseImage({ storage, log: () => undefined });
    network = await Network.create({ label: "mirrors-test", storage });
    mirrors = await startMirrors({ address: network.gateway, log: () => undefined });
    host = await createHost({ network, name: "installer", images: [image] });
  });

  after(async () => {
    await mirrors.stop();
    await stopNetwork(network);
    assert.deepEqual(await findLeftovers(storage), []);
  });

  const out = async (script: string): Promise<string> => {
    const result = await host.exec(["bash", "-euc", script], { timeoutMs: 250_000 });
    assert.equal(result.code, 0, result.stdout + result.stderr);
    return result.stdout.trim();
  };

  it("apt installs a signed package", async () => {
    const { debian, debianSecurity } = mirrors;
    const input = debianSources({ debian, security: debianSecurity }).join("\n") + "\n";
    await host.exec(["sh", "-c", "cat >/etc/apt/sources.list"], { input });
    await out("apt-get update && apt-get install -y --no-install-recommends hello");
    assert.equal(await out("hello"), "Hello, world!");
    // Not one unsigned list was taken.
    assert.equal(await out("ls /var/lib/apt/lists/*_InRelease | wc -l"), "3");
  });

  it("a second installation fetches nothing", async () => {
    const { fetched } = mirrors.counts;
    await out("rm -rf /var/lib/apt/lists/*; apt-get purge -y hello; apt-get clean");
    await out("apt-get update && apt-get install -y --no-install-recommends hello");
    assert.equal(await out("hello"), "Hello, world!");
    assert.equal(mirrors.counts.fetched, fetched);
  });

  it("a package that was changed on the way is refused", async () => {
    await out("sed -i 's/^deb .*security.*//; s/^deb .*updates.*//' /etc/apt/sources.list");
    await out("rm -rf /var/lib/apt/lists/*; apt-get update; apt-get clean; apt-get purge -y hello");
    const lists = "/var/lib/apt/lists/*_binary-amd64_Packages";
    await out(`sed -i '/^Package: hello$/,/^$/s/^SHA256: .*/SHA256: ${"0".repeat(64)}/' ${lists}`);
    const install = ["apt-get", "install", "-y", "--no-install-recommends", "hello"];
    const result = await host.exec(install, { timeoutMs: 60_000 });
    assert.equal(result.code, 100);
    assert.match(result.stderr, /Hash Sum mismatch/);
  });

  it("pip installs a wheel with its hash", async () => {
    const hash = "946d195a0d259cbba61165e88e65941f16e9b36ea6ddb97f00452bae8b1287d3";
    const requirement = `idna==3.10 --hash=sha256:${hash}`;
    await host.exec(["sh", "-c", "cat >/root/requirements.txt"], { input: `${requirement}\n` });
    await out("python3 -m venv /root/v");
    const pip = `/root/v/bin/pip install --no-cache-dir --disable-pip-version-check
      --trusted-host ${network.gateway} --index-url ${mirrors.pythonIndex}
      --require-hashes -r /root/requirements.txt`;
    await out(pip.replaceAll(/\s+/g, " "));
    assert.equal(
      await out("/root/v/bin/python -c 'import idna; print(idna.__version__, idna.encode(\"ñ\"))'"),
      "3.10 b'xn--ida'",
    );
  });

  it("files of the machine are served", async () => {
    const url = mirrors.publish("borders one.zip", __filename);
    const code = `import urllib.request
print(len(urllib.request.urlopen("${url}").read()))`;
    const { stdout } = await host.exec(["python3", "-c", code]);
    assert.equal(stdout, `${statSync(__filename).size}\n`);
  });
});
