import { chmodSync, linkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { projectRoot } from "../../config/root";
import { shellQuote } from "../../providers/shell/quote";
import { digest, publishFolder } from "./cache";

/** The absolute paths that the launchers name. */
export interface LauncherPaths {
  /** The Node that runs this process. */
  readonly node: string;
  /** Our compiled language host. */
  readonly languageHost: string;
  /** Compiled hook that ends a plugin with the engine. */
  readonly endWithEngine: string;
  /** Keeps out of the SDK what serializes functions, which is most of a provider's start. */
  readonly postponed: string;
  /** The SDK's host of dynamic providers. */
  readonly dynamicProvider: string;
}

export function launcherPaths(): LauncherPaths {
  const sdk = join(projectRoot, "node_modules", "@pulumi", "pulumi");
  return {
    node: process.execPath,
    languageHost: join(__dirname, "languageHost.js"),
    endWithEngine: join(__dirname, "endWithEngine.js"),
    postponed: join(projectRoot, "dist", "components", "postponed.js"),
    dynamicProvider: join(sdk, "cmd", "dynamic-provider", "index.js"),
  };
}

/** Scripts that the engine starts as its bundled plugins, by file name. */
export function launcherTexts(paths: LauncherPaths): Readonly<Record<string, string>> {
  return {
    "pulumi-language-nodejs": script([paths.node, paths.languageHost]),
    "pulumi-resource-pulumi-nodejs": script([
      paths.node,
      ...[paths.endWithEngine, paths.postponed].flatMap((file) => ["--require", file]),
      paths.dynamicProvider,
    ]),
  };
}

function script(words: readonly string[]): string {
  return `#!/bin/sh\nexec ${words.map(shellQuote).join(" ")} "$@"\n`;
}

export interface BinFolder {
  /** Folder in which the bin folders of all checkouts live, on the file system of `cli`. */
  readonly parent: string;
  /** The compiled CLI. */
  readonly cli: string;
  /** Changes with the compiled CLI. */
  readonly cliKey: string;
  readonly paths: LauncherPaths;
}

/** Name of the bin folder: another checkout or another Node gets a folder of its own. */
export function binFolder(folder: BinFolder): string {
  const texts = Object.values(launcherTexts(folder.paths));
  return join(folder.parent, `bin-${digest(folder.cliKey, ...texts)}`);
}

/**
 * Puts the launchers beside the CLI, where the engine looks for bundled plugins. The CLI is a hard
 * link: the engine follows a symbolic one and would look beside the original.
 */
export async function makeBinFolder(folder: BinFolder): Promise<string> {
  const place = binFolder(folder);
  await publishFolder(place, (draft) => {
    linkSync(folder.cli, join(draft, "pulumi"));
    for (const [name, text] of Object.entries(launcherTexts(folder.paths))) {
      writeFileSync(join(draft, name), text);
      chmodSync(join(draft, name), 0o755);
    }
    return Promise.resolve();
  });
  return place;
}
