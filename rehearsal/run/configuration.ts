import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { projectRoot } from "../../config/root";
import { cacheDir } from "../cache";
import { writeBoundaryArchive } from "../antares/boundaries";
import { type PulumiCli, succeeded } from "../engine/pulumi";
import type { RehearsalOptions, Setting } from "./arguments";
import { forCluster, plannedCluster } from "./cluster";
import type { Session } from "./session";
import { insideMaster, toCluster, type Way } from "./way";

/** Folder of the stand-in for antares3, which is not in any package registry. */
export const standInSource = join(projectRoot, "rehearsal", "antares");

/** What of the stack's configuration a rehearsal must know before it can make hosts. */
export interface Plan {
  readonly target: string;
  readonly master: string;
  readonly hosts: readonly PlannedHost[];
  /** From where the engine reaches them. */
  readonly way: Way;
  readonly standIn: boolean;
  /** Absolute paths of this machine that the configuration names and the hosts must see. */
  readonly paths: readonly string[];
}

export interface PlannedHost {
  readonly name: string;
  readonly role: "master" | "node";
}

/** Addresses that replace the public registries on hosts that have no way out. */
export interface ClosedSite {
  readonly debian: string;
  readonly pythonIndex: string;
}

/** Copies the stack's configuration; the file of the project is never changed. */
export function copyConfiguration(session: Session, options: RehearsalOptions): Plan {
  const source = options.configFile ?? join(projectRoot, `Pulumi.${options.stack}.yaml`);
  if (!existsSync(source)) throw new Error(`no configuration of stack ${options.stack}: ${source}`);
  const text = readFileSync(source, "utf8");
  const settings = settingsOf(text);
  for (const { key, value } of options.config) settings.set(key, value);
  const target = settings.get("antares:target") ?? "";
  const chosen = settings.get("antares:software.source");
  const planned = planHosts(target, settings, options.nodes);
  const copy = planned.way === toCluster ? forCluster(text, planned.hosts) : text;
  writeFileSync(session.configFile, copy, { mode: 0o600 });
  return {
    target,
    ...planned,
    standIn: chosen === undefined || chosen.startsWith("git+"),
    paths: [...settings.values()].filter((value) => value.startsWith("/") && existsSync(value)),
  };
}

function planHosts(
  target: string,
  settings: ReadonlyMap<string, string>,
  nodes: number | undefined,
): Pick<Plan, "master" | "hosts" | "way"> {
  if (target === "hosts") {
    return { master: "master", hosts: plannedCluster(nodes), way: toCluster };
  }
  if (nodes !== undefined) throw new Error(`--nodes: the target ${target} is one host`);
  const master = settings.get("antares:host.name") ?? "master";
  return { master, hosts: [{ name: master, role: "master" }], way: insideMaster };
}

/** Dotted path → text of every scalar, for the few that the rehearsal looks at. */
function settingsOf(text: string): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (path: string, value: unknown): void => {
    if (typeof value === "object" && value !== null) {
      for (const [key, inner] of Object.entries(value))
        walk(path === "" ? key : `${path}.${key}`, inner);
    } else if (value !== undefined && value !== null) found.set(path, String(value));
  };
  const document: unknown = parse(text);
  if (typeof document === "object" && document !== null && "config" in document)
    walk("", document.config);
  return found;
}

/**
 * What a rehearsal changes in the copy: the closed site's mirrors, and stand-ins for what cannot be
 * had from a package registry. What the person gave comes last, so it wins.
 */
export async function configure(
  cli: PulumiCli,
  args: {
    readonly options: RehearsalOptions;
    readonly plan: Plan;
    readonly site: ClosedSite;
  },
): Promise<void> {
  const given = args.options.config;
  const settings: Setting[] = [
    { key: "antares:software.debianMirror", value: args.site.debian },
    { key: "antares:software.pythonIndex", value: args.site.pythonIndex },
    ...(args.plan.standIn ? [{ key: "antares:software.source", value: standInSource }] : []),
    ...(given.some(({ key }) => key.startsWith("antares:countries")) ? [] : borders()),
    ...given.filter(({ key }) => !(args.plan.standIn && key === "antares:software.source")),
  ];
  for (const { key, value } of settings) succeeded(await cli.configSet({ key, value, path: true }));
}

/** Real borders may not be handed on by their licence: a synthetic archive stands for them. */
function borders(): Setting[] {
  const { path, sha256 } = syntheticBorders();
  const at = "antares:countries[0]";
  return [
    { key: `${at}.iso`, value: "MEX" },
    { key: `${at}.archive`, value: path },
    { key: `${at}.sha256`, value: sha256 },
  ];
}

/** A country with three regions, at a place that every host of a rehearsal sees. */
export function syntheticBorders(): { readonly path: string; readonly sha256: string } {
  mkdirSync(bordersFolder(), { recursive: true });
  const path = join(bordersFolder(), "MEX_adm_shp.zip");
  const regions = ["Norte", "Centro", "Sur"];
  return { path, ...writeBoundaryArchive({ iso: "MEX", regions, path }) };
}

/** Boundary archives of this machine's rehearsals. */
export function bordersFolder(): string {
  return join(cacheDir(), "borders");
}
