import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { text } from "node:stream/consumers";
import * as pulumi from "@pulumi/pulumi";
import { openTunnel } from "../../components/host/tunnel";
import { freePort } from "../fixtures/processes";
import { startSshd, type SshdFixture } from "../fixtures/sshd";

// The SDK makes a global of its own at first use; made before the tests run, it is no leak of one.
pulumi.runtime.isDryRun();

describe("the way to the database through a host's SSH", function () {
  this.timeout(30_000);
  let sshd: SshdFixture;
  const database = createServer((client) => client.end("behind the host"));
  before(async () => {
    sshd = await startSshd();
    await once(database.listen(0, "127.0.0.1"), "listening");
  });
  after(async () => {
    database.close();
    await sshd.stop();
  });

  /** What somebody hears who connects to this machine's end. */
  async function heard(hostKey: string): Promise<string> {
    const localPort = await freePort();
    const { port, user, privateKey } = sshd;
    const through = { host: "127.0.0.1", port, user, privateKey, hostKey };
    const { port: behind } = database.address() as AddressInfo;
    openTunnel({ through, host: "127.0.0.1", port: behind, localPort });
    return text(connect(localPort, "127.0.0.1"));
  }

  it("carries what is said there", async () => {
    assert.equal(await heard(sshd.hostKey), "behind the host");
  });

  it("carries nothing through a host that has another key, and says why", async () => {
    const said: string[] = [];
    const { error } = console;
    console.error = (line: string) => void said.push(line);
    try {
      assert.equal(await heard(sshd.hostKey.replace(/.{8}$/, "AAAAAAAA")), "");
    } finally {
      console.error = error;
    }
    assert.equal(said.length, 1);
    assert.match(said[0] ?? "", /no way to the database: .*127\.0\.0\.1:\d+ presents host key/);
  });
});
