import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import { debianUpstreams } from "../mirrors/aptSources";
import { run } from "./command";
import { ensureImage, type Image } from "./image";
import { findMmdebstrap } from "./mmdebstrap";
import type { Storage } from "./storage";

/** The release that hosts run, whatever the machine itself runs. */
const SUITE = "bookworm";

/**
 * What a rented Debian host has and a minimal tree lacks, tini as a first process, and the one
 * library that a Node binary of the machine needs when it is bound into a host.
 */
const PACKAGES = [
  "ca-certificates",
  "iproute2",
  "libstdc++6",
  "netbase",
  "openssh-server",
  "procps",
  "python3-venv",
  "sudo",
  "tini",
];

const FLAGS = ["--mode=root", "--variant=minbase", "--quiet"];

const CUSTOMIZE = join(projectRoot, "rehearsal", "hosts", "customize.sh");

export interface BaseImageOptions {
  readonly storage: Storage;
  readonly log: (line: string) => void;
  /** Lines of a sources.list; this machine's own Debian archives when absent. */
  readonly sources?: readonly string[];
}

/** Debian with an SSH server: about 20 s the first time, then from the cache. */
export async function baseImage(options: BaseImageOptions): Promise<Image> {
  const recipe = {
    name: "base",
    text: JSON.stringify([SUITE, FLAGS, PACKAGES, readFileSync(CUSTOMIZE, "utf8")]),
    below: [],
  };
  return ensureImage(options.storage, recipe, async (folder) => {
    options.log("making the hosts' base image (once, about 20 s)");
    const tool = await findMmdebstrap(options.storage);
    // In namespaces of its own: a killed run leaves no mount behind.
    await run(
      [
        ...["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"],
        ...["--propagation", "private", tool, ...FLAGS],
        `--include=${PACKAGES.join(",")}`,
        SUITE,
        join(folder, "tree"),
        ...(options.sources ?? machineSources()),
      ],
      { timeoutMs: 900_000, log: options.log },
    );
    // Not as mmdebstrap's own hook: it removes a policy for services when it is done.
    await run([CUSTOMIZE, join(folder, "tree")]);
  });
}

/** This machine's Debian archives as lines of a sources.list. */
export function machineSources(): string[] {
  const { debian, security } = debianUpstreams(SUITE);
  return debianSources({ debian, security });
}

/** Lines of a sources.list for archives at these addresses. */
export function debianSources(archives: {
  readonly debian: string;
  readonly security?: string | undefined;
}): string[] {
  const { debian, security } = archives;
  return [
    `deb ${debian} ${SUITE} main`,
    `deb ${debian} ${SUITE}-updates main`,
    ...(security === undefined ? [] : [`deb ${security} ${SUITE}-security main`]),
  ];
}
