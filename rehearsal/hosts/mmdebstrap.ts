import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { findCommand } from "../findCommand";
import { withLock } from "../lock";
import { run } from "./command";
import { newWorkFolder } from "./image";
import type { Storage } from "./storage";

/**
 * Path of mmdebstrap. It is one Perl script: where it is not installed, its package is downloaded
 * and unpacked beside the images, and the machine itself stays as it is.
 */
export async function findMmdebstrap(storage: Storage): Promise<string> {
  const installed = findCommand("mmdebstrap");
  if (installed !== undefined) return installed;
  const tools = join(storage.images, ".tools");
  const own = join(tools, "usr", "bin", "mmdebstrap");
  mkdirSync(tools, { recursive: true });
  await withLock(`${tools}.lock`, async () => {
    if (!existsSync(own)) await download(storage, tools);
  });
  await run([own, "--version"]);
  return own;
}

async function download(storage: Storage, tools: string): Promise<void> {
  const folder = newWorkFolder(storage);
  const lists = join(folder, "lists");
  mkdirSync(join(lists, "partial"), { recursive: true });
  // Package lists of our own: the machine's may be missing or older than its archive.
  const apt = ["-o", `Dir::State::Lists=${lists}`, "-o", "APT::Sandbox::User=root"];
  try {
    await run(["apt-get", ...apt, "update"], { timeoutMs: 120_000 });
    await run(["sh", "-c", 'cd "$0" && exec apt-get "$@" download mmdebstrap', folder, ...apt], {
      timeoutMs: 120_000,
    });
    const archive = readdirSync(folder).find((name) => name.endsWith(".deb"));
    if (archive === undefined) throw new Error("apt-get download mmdebstrap left no package");
    await run(["dpkg-deb", "--extract", join(folder, archive), tools]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
