import { basename } from "node:path";
import { renderScript } from "../components/host/render";
import { closedSite } from "../rehearsal/run/stage";
import { type Deployment, openDeployment } from "../test/fixtures/deployment";
import { SHARE } from "../test/fixtures/stack";
import type { BenchContext } from "./main";
import { type Comparison, inTurns } from "./measure";

const PAIRS = 2;

/** A host's installation of the Python set: from the wheelhouse, and by plain pip. */
export async function wheelhouse(context: BenchContext): Promise<readonly Comparison[]> {
  const machine = await openDeployment({ label: "bench-wheelhouse", from: "ready" });
  try {
    const name = basename(await machine.bash("readlink -f /opt/antares/venv"));
    const values = { HOUSE: `${SHARE}/wheelhouse/${name}`, PYTHON: "python3.11" };
    context.log("against pip and the index (GDAL's binding is built, as pip must)");
    const compared = await inTurns({
      what: "installation from the wheelhouse",
      against: "pip from the index",
      target: 0.1,
      pairs: PAIRS,
      signal: context.signal,
      ours: () => fromWheelhouse(machine, values),
      reference: () => byPip(machine, values),
    });
    return [compared];
  } finally {
    await machine.close();
  }
}

type Values = Readonly<Record<string, string>>;

/** By the very function that the phase and every node use. */
function fromWheelhouse(machine: Deployment, values: Values): Promise<number> {
  return inHost(machine, {
    parts: [
      "components/host/scripts/packages.sh",
      "components/bootstrap/scripts/install.sh",
      "bench/scripts/set-aside.sh",
      "bench/scripts/install.sh",
    ],
    values: { ...values, SERVICE_USER: "antares", DEBIAN_MIRROR: closedSite.debian },
  });
}

function byPip(machine: Deployment, values: Values): Promise<number> {
  return inHost(machine, {
    parts: [
      "components/host/scripts/packages.sh",
      "bench/scripts/set-aside.sh",
      "bench/scripts/plain-pip.sh",
    ],
    assets: { "lock.txt": "components/bootstrap/software/lock.txt" },
    values: { ...values, DEBIAN_MIRROR: closedSite.debian, PYTHON_INDEX: closedSite.pythonIndex },
  });
}

/** The seconds that the script emits: its own clock, around the installation alone. */
async function inHost(
  { stage }: Deployment,
  script: {
    readonly parts: readonly string[];
    readonly assets?: Readonly<Record<string, string>>;
    readonly values: Values;
  },
): Promise<number> {
  const frame = { phase: "bench", host: "master", next: "npm run bench", limit: "10m" };
  const done = await stage.master.exec(["bash", "-s"], {
    input: renderScript({ source: script, frame, values: script.values }),
    timeoutMs: 600_000,
  });
  if (done.code !== 0) throw new Error(done.stderr);
  return Number(done.stdout);
}
