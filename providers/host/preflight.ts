import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import { shellQuote } from "../shell/quote";

/** What the host must be able to offer. */
export interface HostNeeds {
  readonly service: { readonly user: string; readonly uid: number };
  /** Directories, existing or not, and the free space in MiB that each must have. */
  readonly space: readonly { readonly path: string; readonly mib: number }[];
  /** Python interpreter; the distribution's where absent. */
  readonly python?: string;
  /** TCP ports that programs of ours will listen on. */
  readonly ports?: readonly PortNeed[];
  /** The host's part in Grid Engine; absent where it has none. */
  readonly scheduler?: "master" | "node";
  /** The share, where root's rights on it can be tried before anything is changed. */
  readonly share?:
    | { readonly kind: "path"; readonly path: string }
    | {
        readonly kind: "nfs";
        readonly path: string;
        readonly source: string;
        readonly options: string;
      };
}

export interface PortNeed {
  readonly port: number;
  readonly program: keyof typeof programs;
}

/** Who of ours listens: what its command line has, and the words for the operator. */
const programs = {
  postgresql: { pattern: "/postgresql/[0-9]+/antares/", words: "database.port" },
  qmaster: { pattern: "sge_qmaster", words: "Grid Engine's master" },
  execd: { pattern: "sge_execd", words: "Grid Engine" },
  daskScheduler: { pattern: "/opt/antares/", words: "dask.schedulerPort" },
  daskDashboard: { pattern: "/opt/antares/", words: "dask.dashboardPort" },
} as const;

/** Who the host is, as it says itself. */
export interface HostFacts {
  /** One per installation of the machine: its machine id, or one that the preflight made. */
  readonly identity: string;
  readonly fqdn: string;
  /** `debian 12` */
  readonly distribution: string;
  /** Version of the interpreter; empty where it is not installed yet. */
  readonly python: string;
}

export interface PreflightReport {
  readonly facts: HostFacts;
  /** Why the host cannot be used, all of them. */
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

const PARTS = ["machine", "ports", "cellUse", "names", "share", "main"];

/**
 * The whole text for the standard input of `bash -s`: values first, then the script. `read` only
 * asks who the host is; `check` looks at everything.
 */
export function preflightScript(mode: "check" | "read", needs: HostNeeds): string {
  const { service, space, python, ports = [], scheduler, share } = needs;
  const values = {
    MODE: mode,
    SERVICE_USER: service.user,
    SERVICE_UID: String(service.uid),
    SPACE: space.map(({ path, mib }) => `${mib} ${path}`).join("\n"),
    PYTHON: python ?? "",
    PORTS: ports.map(portLine).join("\n"),
    SCHEDULER: scheduler ?? "",
    SHARE_KIND: share?.kind ?? "",
    SHARE_PATH: share?.path ?? "",
    SHARE_SOURCE: share?.kind === "nfs" ? share.source : "",
    SHARE_OPTIONS: share?.kind === "nfs" ? share.options : "",
  };
  const prelude = Object.entries(values).map(([name, value]) => `${name}=${shellQuote(value)}\n`);
  const texts = PARTS.map((part) => {
    const path = join(projectRoot, "providers/host/preflight", `${part}.sh`);
    return readFileSync(path, "utf8").replace(/^#!.*\n/, "");
  });
  return [prelude.join(""), ...texts].join("\n");
}

function portLine({ port, program }: PortNeed): string {
  const { pattern, words } = programs[program];
  return `${port} ${pattern} ${words}`;
}

/**
 * Reads what the script printed.
 *
 * @returns undefined where the last line is missing, which means that the script was cut off.
 */
export function parsePreflight(output: string): PreflightReport | undefined {
  const lines = output.split("\n").map((line) => {
    const [kind = "", ...rest] = line.split(" ");
    return { kind, text: rest.join(" ").trim() };
  });
  if (!lines.some(({ kind }) => kind === "end")) return undefined;
  const texts = (wanted: string): string[] =>
    lines.filter(({ kind }) => kind === wanted).map(({ text }) => text);
  const fact = (name: string): string =>
    texts("fact")
      .find((text) => text === name || text.startsWith(`${name} `))
      ?.slice(name.length + 1) ?? "";
  return {
    facts: {
      identity: fact("identity"),
      fqdn: fact("fqdn"),
      distribution: fact("distribution"),
      python: fact("python"),
    },
    faults: texts("fault"),
    warnings: texts("warning"),
  };
}
