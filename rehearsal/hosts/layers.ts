import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import { baseImage } from "./base";
import type { Image } from "./image";
import { makeLayer } from "./layer";
import type { Storage } from "./storage";

interface LayerBase {
  readonly storage: Storage;
  readonly log: (line: string) => void;
  /** Base first. */
  readonly below: readonly Image[];
}

/** What Grid Engine's packages depend on. */
const GRID_ENGINE_NEEDS =
  "tcsh cpp bsd-mailx libjemalloc2 libmunge2 libtirpc3 libhwloc15 db-util ucf adduser";

/** Layers of a host of a cluster, base first; made once, then from the cache. */
export async function clusterImages(
  options: Pick<LayerBase, "storage" | "log">,
): Promise<readonly Image[]> {
  const base = await baseImage(options);
  const nfs = await nfsLayer({ ...options, below: [base] });
  return [base, nfs, await dependenciesLayer({ ...options, below: [base, nfs] })];
}

/** With it, `mount -t nfs4` of a server that is bound into the host (share/share.ts) works. */
export function nfsLayer(on: LayerBase): Promise<Image> {
  const helper = readFileSync(join(projectRoot, "rehearsal/hosts/share/mount-nfs.sh"), "utf8");
  const script = `${install("mergerfs")}
cat >/sbin/mount.nfs4 <<'THE-END'
${helper}THE-END
chmod 755 /sbin/mount.nfs4
ln -s mount.nfs4 /sbin/mount.nfs
`;
  return makeLayer({ ...on, name: "nfs", script });
}

/**
 * What the packages that the program installs on every node depend on. The packages themselves are
 * for the program to install, for real; a hundred small ones on each of many hosts would only take
 * the time of whoever waits.
 */
function dependenciesLayer(on: LayerBase): Promise<Image> {
  const script = `${install(`${GRID_ENGINE_NEEDS} libgdal32`)}dpkg --remove libgdal32\n`;
  return makeLayer({ ...on, name: "dependencies", script });
}

function install(packages: string): string {
  return `apt-get update -q
apt-get install -y -q --no-install-recommends ${packages}
apt-get clean
rm -rf /var/lib/apt/lists/*
`;
}
