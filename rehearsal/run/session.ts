import { randomBytes } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { cacheDir } from "../cache";

/** Folders of one stack's rehearsal. Its logs and its last state stay, until the next one begins. */
export interface Session {
  readonly stack: string;
  readonly folder: string;
  /** PULUMI_HOME of the rehearsal: stand-ins live here, never in the user's. */
  readonly home: string;
  readonly logs: string;
  readonly configFile: string;
  readonly passphrase: string;
  /** State of the stack that was deployed in a certain way. */
  backend(way: "local" | "ssh"): string;
  /** A line for the person who watches, also kept in the log. */
  readonly log: (line: string) => void;
}

/**
 * @param fresh whether what an earlier rehearsal left (logs, state) is removed
 * @param label names the folder where several rehearsals of one stack go on at once
 */
export function openSession(stack: string, fresh: boolean, label: string = stack): Session {
  const folder = join(cacheDir(), "rehearsals", label);
  if (fresh) rmSync(folder, { recursive: true, force: true });
  const logs = join(folder, "logs");
  const home = join(folder, "home");
  for (const path of [logs, home]) mkdirSync(path, { recursive: true, mode: 0o700 });
  const begun = Date.now();
  return {
    stack,
    folder,
    home,
    logs,
    configFile: join(folder, `Pulumi.${stack}.yaml`),
    passphrase: passphrase(join(folder, "passphrase")),
    backend: (way) => {
      const state = join(folder, `state-${way}`);
      mkdirSync(state, { recursive: true, mode: 0o700 });
      return `file://${state}`;
    },
    log: (line) => {
      const stamped = `[${((Date.now() - begun) / 1000).toFixed(1).padStart(6)} s] ${line}`;
      console.log(stamped);
      appendFileSync(join(logs, "rehearsal.log"), `${stamped}\n`);
    },
  };
}

function passphrase(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString("hex"), { mode: 0o600 });
  return readFileSync(file, "utf8").trim();
}
