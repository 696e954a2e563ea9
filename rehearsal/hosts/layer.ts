import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import { machineSources } from "./base";
import { run } from "./command";
import { ensureImage, lowerDirectories, type Image } from "./image";
import type { Storage } from "./storage";

export interface LayerOptions {
  readonly storage: Storage;
  readonly name: string;
  /** Base first. */
  readonly below: readonly Image[];
  /** For bash as root in a chroot; services do not start there. */
  readonly script: string;
  readonly log: (line: string) => void;
  /** Lines of a sources.list while it is made; this machine's Debian archives when absent. */
  readonly sources?: readonly string[];
  /** Default 15 minutes. */
  readonly timeoutMs?: number;
}

/** The layer that `script` makes on top of `below`, from the cache where it exists. */
export async function makeLayer(options: LayerOptions): Promise<Image> {
  const { storage, name, below, script, log } = options;
  return ensureImage(storage, { name, text: script, below }, async (folder) => {
    log(`making the hosts' image "${name}" (once)`);
    const sources = options.sources ?? machineSources();
    for (const scratch of ["work", "root"]) mkdirSync(join(folder, scratch));
    writeFileSync(join(folder, "sources.list"), `${sources.join("\n")}\n`);
    writeFileSync(join(folder, "policy-rc.d"), "#!/bin/sh\nexit 101\n");
    chmodSync(join(folder, "policy-rc.d"), 0o755);
    await run(
      [
        ...["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"],
        ...["--propagation", "private", "bash"],
        join(projectRoot, "rehearsal", "hosts", "layer.sh"),
      ],
      {
        input: script,
        log,
        timeoutMs: options.timeoutMs ?? 900_000,
        env: {
          PATH: process.env["PATH"] ?? "",
          LAYER_DIR: folder,
          LAYER_LOWER: lowerDirectories(below),
        },
      },
    );
  });
}
