import { constants, cpSync, existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { given } from "../engine/cache";
import { isExecutable } from "../findCommand";
import { shellQuote } from "../../providers/shell/quote";
import { pluginVersion, type PluginName } from "./versions";

export type Origin = "official" | "stand-in";

export interface InstalledPlugin {
  /** Without a leading `v`. */
  readonly version: string;
  readonly origin: Origin;
}

export interface InstallOptions {
  /** Pulumi home of the rehearsal; must not be the user's. */
  readonly home: string;
  /** Where official plugins are looked for; default `$PULUMI_HOME`, else `~/.pulumi`. */
  readonly userHome?: string;
  /** Node that runs the stand-ins; default: the one that runs this. */
  readonly node?: string;
  readonly log: (line: string) => void;
}

/** In every plugin folder that this module made: says which kind it is. */
const marker = "rehearsal-origin.json";

/**
 * Puts the plugins that the program asks for into the rehearsal's own Pulumi home: the official
 * one where the user has exactly that version, else a launcher of the stand-in. Official ones are
 * copied, because a throw-away host does not see the user's home.
 *
 * @throws Error where the rehearsal's home is the user's own.
 */
export function installPlugins(
  options: InstallOptions,
): Promise<Record<PluginName, InstalledPlugin>> {
  return new Promise((resolve) => resolve(installAll(options)));
}

function installAll(options: InstallOptions): Record<PluginName, InstalledPlugin> {
  const userHome = options.userHome ?? usersOwnHome();
  mkdirSync(options.home, { recursive: true });
  if (existsSync(userHome) && realpathSync(userHome) === realpathSync(options.home)) {
    throw new Error(`${options.home} is the user's own Pulumi home: no stand-in is put there`);
  }
  mkdirSync(join(options.home, "plugins"), { recursive: true });
  const install = (name: PluginName): InstalledPlugin => installOne(name, { ...options, userHome });
  return { command: install("command"), postgresql: install("postgresql") };
}

function usersOwnHome(): string {
  return given(process.env["PULUMI_HOME"]) ?? join(homedir(), ".pulumi");
}

interface Where extends InstallOptions {
  readonly userHome: string;
}

function installOne(name: PluginName, where: Where): InstalledPlugin {
  const version = pluginVersion(name);
  const official = officialFolder(name, where.userHome);
  const target = pluginFolder(name, where.home);
  if (official === undefined) {
    const text = launcher(where.node ?? process.execPath, join(__dirname, name, "main.js"));
    publish(target, {
      name,
      marker: { origin: "stand-in", text },
      fill: (draft) => {
        writeFileSync(join(draft, executable(name)), text, { mode: 0o755 });
      },
    });
    where.log(`${name} ${version}: stand-in (the official plugin is not in ${where.userHome})`);
    return { version, origin: "stand-in" };
  }
  const { size, mtimeMs } = statSync(join(official, executable(name)));
  publish(target, {
    name,
    marker: { origin: "official", size, mtimeMs },
    fill: (draft) => {
      cpSync(official, draft, { recursive: true, mode: constants.COPYFILE_FICLONE });
    },
  });
  where.log(`${name} ${version}: official, from ${official}`);
  return { version, origin: "official" };
}

function executable(name: PluginName): string {
  return `pulumi-resource-${name}`;
}

function pluginFolder(name: PluginName, home: string): string {
  return join(home, "plugins", `resource-${name}-v${pluginVersion(name)}`);
}

/**
 * Folder of the whole official plugin of exactly the version that the SDK asks for; undefined where
 * there is none. The engine leaves a `.partial` by a broken one.
 */
export function officialFolder(
  name: PluginName,
  home: string = usersOwnHome(),
): string | undefined {
  const folder = pluginFolder(name, home);
  if (existsSync(`${folder}.partial`) || existsSync(join(folder, marker))) return undefined;
  return isExecutable(join(folder, executable(name))) ? folder : undefined;
}

function launcher(node: string, main: string): string {
  return `#!/bin/sh\nexec ${shellQuote(node)} ${shellQuote(main)} "$@"\n`;
}

interface Publication {
  readonly name: PluginName;
  readonly marker: Readonly<Record<string, unknown>>;
  readonly fill: (draft: string) => void;
}

/** Replaces the folder as a whole, so that an engine never meets half of it. */
function publish(target: string, publication: Publication): void {
  const text = `${JSON.stringify(publication.marker)}\n`;
  const there = join(target, marker);
  if (existsSync(there) && readFileSync(there, "utf8") === text) return;
  const draft = mkdtempSync(join(target, "..", `.draft-${publication.name}-`));
  try {
    publication.fill(draft);
    writeFileSync(join(draft, marker), text);
    rmSync(target, { recursive: true, force: true });
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}
