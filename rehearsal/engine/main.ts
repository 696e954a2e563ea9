/** `npm run engine -- env | build | --help`: the rehearsal's engine for use by hand. */
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { shellQuote } from "../../providers/shell/quote";
import { rehearsalPlaces, type RehearsalPlaces } from "./cache";
import { ensureEngine, type Engine } from "./engine";

const usage = `usage: npm run --silent engine -- COMMAND

  env      make sure that there is a Pulumi CLI and print what makes a shell use it on the
           rehearsal's own state:  eval "$(npm run --silent engine -- env)"
  build    only make sure that there is one
  --help   this text

A CLI on PATH is used if it is new enough; else the vendor's installer is tried
(ANTARES_PULUMI_INSTALLER names another address, "none" switches it off); else the CLI is built
once from its Go modules. Kept in $ANTARES_CACHE, else in
$XDG_CACHE_HOME/antares3-deployment, else in ~/.cache/antares3-deployment.
`;

/** What a shell evaluates; the engine's CLI comes first on PATH, the rest of PATH stays. */
export function exportLines(
  engine: Pick<Engine, "binDir" | "env">,
  places: RehearsalPlaces,
): readonly string[] {
  const all = {
    ...engine.env(places.home),
    PULUMI_BACKEND_URL: places.backend,
    PULUMI_CONFIG_PASSPHRASE_FILE: places.passphraseFile,
  };
  const lines = Object.entries(all)
    .filter(([name]) => name !== "PATH")
    .map(([name, value]) => `export ${name}=${shellQuote(value)}`);
  return [`export PATH=${shellQuote(engine.binDir)}:"$PATH"`, ...lines];
}

/** Makes the folders and, once, the passphrase: what the printed lines name must exist. */
export function preparePlaces(places: RehearsalPlaces): void {
  const state = places.backend.replace(/^file:\/\//, "");
  for (const folder of [places.home, state, dirname(places.passphraseFile)]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  try {
    const text = randomBytes(24).toString("base64url");
    writeFileSync(places.passphraseFile, text, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

async function main(command: string | undefined): Promise<number> {
  if (command === "--help" || command === "help") {
    process.stdout.write(usage);
    return 0;
  }
  if (command !== "env" && command !== "build") {
    process.stderr.write(usage);
    return 2;
  }
  const abort = new AbortController();
  process.once("SIGINT", () => abort.abort(new Error("interrupted")));
  process.once("SIGTERM", () => abort.abort(new Error("terminated")));
  const log = (line: string): void => void process.stderr.write(`engine: ${line}\n`);
  const engine = await ensureEngine({ log, signal: abort.signal });
  log(`Pulumi v${engine.version} (${engine.origin}): ${engine.cli}`);
  if (command === "build") return 0;
  const places = rehearsalPlaces();
  preparePlaces(places);
  process.stdout.write(`${exportLines(engine, places).join("\n")}\n`);
  return 0;
}

if (require.main === module) {
  main(process.argv[2]).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      process.stderr.write(`engine: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    },
  );
}
