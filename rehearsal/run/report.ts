import type { Acceptance } from "../../components/bootstrap/acceptance";
import type { InstalledPlugin } from "../plugins/install";
import type { TimedPhase } from "./phases";

/** What a rehearsal found, `report.schema.json`. */
export interface Report {
  readonly stack: string;
  readonly target: string;
  readonly engine: {
    /** Version of the Pulumi CLI, and where it came from. */
    readonly cli: string;
    readonly cliOrigin: "path" | "vendor" | "built";
    readonly plugins: Readonly<Record<string, InstalledPlugin>>;
  };
  readonly antares: {
    readonly origin: "stand-in" | "git" | "wheel" | "directory";
    readonly version: string;
    readonly commit: string | null;
  };
  /** The first up, by phase. */
  readonly phases: readonly TimedPhase[];
  readonly acceptance: Acceptance;
  /** As the acceptance found them. */
  readonly gridEngine: Acceptance["gridEngine"];
  readonly dask: Acceptance["dask"];
  readonly hosts: readonly { readonly name: string; readonly role: "master" | "node" }[];
  /** The stack's outputs; secret ones are masked. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly secondUp: { readonly changes: number };
  /** That the hosts let in; none where the engine runs inside the one host. */
  readonly sshConnections: { readonly firstUp: number; readonly secondUp: number };
  /** The same host once more, reached by SSH; null where the configuration is about SSH already. */
  readonly bySsh: {
    readonly phases: readonly TimedPhase[];
    readonly secondUp: { readonly changes: number };
  } | null;
  /** State of the first stack at its end. */
  readonly stateFile: string;
  /** Folder of every log of this rehearsal. */
  readonly logs: string;
}

/** The report as a person reads it. */
export function summary(report: Report): string {
  const { acceptance, engine, antares } = report;
  const rows = acceptance.countries.map(({ iso, regions }) => `${iso} (${regions} regions)`);
  const nodes = acceptance.nodes.map(({ name, files }) => `${name} (${files} files of antares)`);
  const versions = Object.entries(acceptance.versions).map(([name, v]) => `${name} ${v ?? "none"}`);
  const seconds = report.phases.map(
    ({ name, host, seconds }) => `    ${seconds.toFixed(1).padStart(7)} s  ${name} on ${host}`,
  );
  const standIns = [
    ...Object.entries(engine.plugins)
      .filter(([, plugin]) => plugin.origin === "stand-in")
      .map(([name, plugin]) => `plugin ${name} ${plugin.version}`),
    ...(antares.origin === "stand-in" ? ["antares3 itself, and the borders"] : []),
    ...(report.hosts.length > 1 ? ["NFS (a FUSE process of each host)"] : []),
  ];
  return [
    `stack ${report.stack} (${report.target}) stands, verified in the database:`,
    `  datacube schema  ${acceptance.schema}`,
    `  migrations       ${acceptance.migrations.applied} of ${acceptance.migrations.expected}, last ${acceptance.migrations.last}`,
    `  countries        ${rows.length === 0 ? "none configured" : rows.join(", ")}`,
    `  nodes            ${nodes.join(", ")}`,
    `  versions         ${versions.join(", ")}`,
    ...schedulerLines(report),
    `  engine           pulumi ${engine.cli} (${engine.cliOrigin})`,
    `  first up, by phase (${connections(report.sshConnections.firstUp)}):`,
    ...seconds,
    `  second up        ${report.secondUp.changes} changes, ${connections(report.sshConnections.secondUp)}`,
    ...(report.bySsh
      ? [
          `  by SSH           up again: adopted; second up: ${report.bySsh.secondUp.changes} changes`,
        ]
      : []),
    `  stood in for     ${standIns.length === 0 ? "nothing" : standIns.join("; ")}`,
    `  state            ${report.stateFile}`,
    `  logs             ${report.logs}`,
  ].join("\n");
}

function schedulerLines({ gridEngine, dask }: Report): string[] {
  const hosts = gridEngine?.hosts.map(({ name, jobSlots }) => `${name} ${jobSlots}`) ?? [];
  return [
    ...(gridEngine
      ? [
          `  Grid Engine      ${gridEngine.slots} job slots: ${hosts.join(", ")}`,
          `  queues           ${gridEngine.queues.join(", ")}`,
        ]
      : []),
    `  dask             ${dask.workers} workers on ${dask.nodes.join(", ")}`,
  ];
}

function connections(count: number): string {
  return `${count} SSH connections`;
}
