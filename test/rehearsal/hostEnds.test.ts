import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { openHost, openNetwork, stopNetwork } from "../../rehearsal/hosts/kept";
import { rehearsalLinks } from "../../rehearsal/hosts/link";
import { identify, waitUntilGone } from "../../rehearsal/hosts/process";
import { openStorage } from "../../rehearsal/hosts/storage";
import { findLeftovers, sweep } from "../../rehearsal/hosts/sweep";

interface Told {
  readonly pid: number;
  readonly bridge: string;
  readonly folder: string;
}

describe("ends of throw-away hosts", function () {
  this.timeout(120_000);
  const storage = openStorage();

  before(() => sweep(storage));

  it("when their maker is killed, every process ends at once and a sweep removes the rest", async () => {
    const { maker, told } = await abandon("killed-test");
    const init = identify(told.pid) ?? assert.fail("the host does not run");
    maker.kill("SIGKILL");
    await waitUntilGone([init], 3_000);
    const left = await findLeftovers(storage);
    assert.deepEqual(
      left.filter(({ kind }) => kind !== "process"),
      [
        { kind: "link", what: told.bridge },
        { kind: "run", what: told.folder },
      ],
    );
    assert.deepEqual(await sweep(storage), [told.folder]);
    assert.equal(existsSync(told.folder), false);
    assert.deepEqual(
      (await rehearsalLinks()).filter(({ owner }) => owner === told.folder),
      [],
    );
    assert.deepEqual(await findLeftovers(storage), []);
  });

  it("a living maker's hosts are neither left-overs nor swept", async () => {
    const { maker, told } = await abandon("living-test");
    assert.deepEqual(await findLeftovers(storage), []);
    assert.deepEqual(await sweep(storage), []);
    assert.notEqual(identify(told.pid), undefined);
    const ended = new Promise((resolve) => maker.once("close", resolve));
    maker.kill("SIGKILL");
    await ended;
    assert.deepEqual(await sweep(storage), [told.folder]);
  });

  it("kept hosts outlive their maker, answer to another process and go when told", async () => {
    const label = "kept-test";
    const { maker, told } = await abandon(label, "keep");
    if (maker.exitCode === null) await new Promise((resolve) => maker.once("close", resolve));
    assert.equal(maker.exitCode, 0);
    assert.deepEqual(await sweep(storage), []);
    assert.deepEqual(await findLeftovers(storage), []);
    assert.throws(() => openHost(label, "other", storage), /there are: abandoned/);
    const host = openHost(label, "abandoned", storage);
    assert.equal(host.pid, told.pid);
    const { code, stdout } = await host.exec(["hostname"]);
    assert.deepEqual({ code, stdout }, { code: 0, stdout: "abandoned.antares.test\n" });
    await stopNetwork(openNetwork(label, storage));
    assert.equal(identify(told.pid), undefined);
    assert.throws(() => openNetwork(label, storage), /no kept hosts of "kept-test"/);
    assert.deepEqual(await findLeftovers(storage), []);
    assert.equal(existsSync(told.folder), false);
  });
});

async function abandon(...args: string[]): Promise<{ maker: ChildProcess; told: Told }> {
  const maker = spawn(process.execPath, [join(__dirname, "abandonHosts.js"), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const line = await new Promise<string>((resolve, reject) => {
    maker.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString()));
    maker.once("close", () => reject(new Error("ended without a word")));
  });
  return { maker, told: JSON.parse(line) as Told };
}
