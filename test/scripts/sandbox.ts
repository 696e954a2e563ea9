import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Frame, renderScript, type ScriptSource } from "../../components/host/render";
import { type Finished, runCommand } from "../../rehearsal/engine/process";

const frame: Frame = { phase: "share", host: "m1", next: "npm run up -- x", limit: "5m" };

/** Everything of a script but the part itself. */
export interface ScriptOptions {
  readonly values?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly source?: Partial<ScriptSource>;
  readonly frame?: Partial<Frame>;
}

/** A script as a host is sent it, with `body` behind its parts. */
export function script(body: string, options: ScriptOptions = {}): string {
  const source = { parts: [], ...options.source };
  const text = renderScript({
    source,
    frame: { ...frame, ...options.frame },
    values: options.values ?? {},
    secretNames: options.secrets ?? [],
  });
  const end = "\nexit 0\n} </dev/null\n";
  return `${text.slice(0, -end.length)}\n${body}\n${end}`;
}

/**
 * Root's view of this machine with folders of our own at /var/log, /run and /etc/profile.d, so that
 * nothing of a test is left on it; processes end with the one that started them.
 */
export class Sandbox {
  private readonly folder = mkdtempSync(join(tmpdir(), "antares-scripts-"));

  constructor() {
    for (const name of ["log", "run", "profile"]) mkdirSync(this.path(name));
  }

  /** Lets scripts write to a copy of /etc. */
  copyEtc(): void {
    cpSync("/etc", this.path("etc"), { recursive: true, verbatimSymlinks: true });
  }

  /** Runs a script as a step does; `limit` as `timeout` reads it. */
  run(text: string, limit = "60s"): Promise<Finished> {
    // /run comes last: `mount` itself keeps notes there.
    const etc = existsSync(this.path("etc")) ? ["etc:/etc"] : [];
    const pairs = [...etc, "log:/var/log", "profile:/etc/profile.d", "run:/run"];
    const mounts = pairs.map((pair) => {
      const [from = "", to = ""] = pair.split(":");
      return `mount --bind '${this.path(from)}' ${to}`;
    });
    const inner = `${mounts.join(" && ")} && exec timeout -k 5 ${limit} bash -s`;
    return runCommand({
      command: "unshare",
      args: ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "bash", "-c", inner],
      // Node's pipes are sockets, which bash takes for a login from afar and reads ~/.bashrc; not so
      // in a shell below another one.
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", SHLVL: "5" },
      input: text,
      limitSeconds: 90,
    });
  }

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  /** The log of the phase without the lines that tell the time. */
  log(): string[] {
    const lines = readFileSync(this.path("log", "antares", "share.log"), "utf8").split("\n");
    return lines.slice(0, -1).filter((line) => !line.startsWith("--- "));
  }

  /** Permissions below the folder, in octal. */
  mode(...names: string[]): string {
    return (statSync(this.path(...names)).mode & 0o777).toString(8);
  }

  /** What is left in /run. */
  left(): string[] {
    return readdirSync(this.path("run")).sort();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
