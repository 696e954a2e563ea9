import { strict as assert } from "node:assert";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "../../rehearsal/hosts/command";
import { SHARE, type Cluster } from "./stage";

/** One line that a job has left. */
export interface Trace {
  readonly what: "begin" | "tick" | "end";
  readonly host: string;
  readonly at: number;
}

/** Waits until `ask` gives something; fails with `what` after `seconds`. */
export async function eventually<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  for (const end = Date.now() + seconds * 1000; ;) {
    const found = await ask();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) assert.fail(`not within ${seconds} s: ${what}`);
    await sleep(200);
  }
}

/** Stops or continues every process of a host but its first one. */
export async function freeze(init: number, signal: "SIGSTOP" | "SIGCONT"): Promise<void> {
  const namespace = (await run(["ps", "-o", "pidns=", "-p", String(init)])).stdout.trim();
  const { stdout } = await run(["ps", "-eo", "pid=,pidns="]);
  for (const line of stdout.trim().split("\n")) {
    const [pid, pidns] = line.trim().split(/\s+/);
    if (pidns === namespace && Number(pid) !== init) send(Number(pid), signal);
  }
}

/** A process may have ended since it was listed. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** Grid Engine as its users and operators see it, from the master. */
export class GridEngine {
  constructor(private readonly cluster: Cluster) {}

  /** Output of a command as root; lists that are empty have exit code 1. */
  async ask(...command: string[]): Promise<string> {
    const { stdout } = await this.cluster.master.exec(["timeout", "20", ...command]);
    return stdout.trim();
  }

  /** The same as the service user. */
  async asUser(command: string, timeoutMs = 70_000): Promise<{ code: number | null; out: string }> {
    const { code, stdout, stderr } = await this.cluster.master.exec(
      ["runuser", "-u", "antares", "--", "bash", "-c", command],
      { timeoutMs, cwd: "/tmp" },
    );
    return { code, out: `${stdout}${stderr}`.trim() };
  }

  /** Submits the ticker; it prefers `host`, but may run anywhere. */
  async tick(seconds: number, host: string, ...options: string[]): Promise<number> {
    const fqdn = this.cluster.host(host).fqdn;
    const { out } = await this.asUser(
      `qsub -terse -o /dev/null -j y ${options.join(" ")} -soft -l h=${fqdn} ${SHARE}/ticker.sh ${seconds}`,
    );
    assert.match(out, /^\d+$/);
    return Number(out);
  }

  /** What a ticker has left so far. */
  trace(job: number): Trace[] {
    const file = join(this.cluster.share, "results", String(job));
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, "utf8").trim().split("\n");
    return lines.map((line) => {
      const [what, host, at] = line.split(" ");
      return { what: what as Trace["what"], host: host ?? "", at: Number(at) };
    });
  }

  async runsOn(job: number, host: string): Promise<void> {
    await eventually(`job ${job} runs on ${host}`, 30, () =>
      this.trace(job).some((line) => line.what === "tick" && line.host === host),
    );
  }

  /** Members of a list, `-sel`, `-ss` or `-sh`, by their short names. */
  async list(option: string): Promise<string[]> {
    const text = await this.ask("qconf", option);
    const names = text.split("\n").filter((line) => line.endsWith(".antares.test"));
    return names.map((name) => name.replace(/\..*/, "")).sort();
  }

  /** Every place in which Grid Engine still names a host. */
  async leftovers(host: string): Promise<string[]> {
    const { fqdn } = this.cluster.host(host);
    const places = [
      ...["-sel", "-ss", "-sh", "-sconfl"].map((option) => [option]),
      ...[
        ["-shgrp", "@allhosts"],
        ["-sq", "antares.q"],
        ["-sq", "dask.q"],
      ],
    ];
    const found: string[] = [];
    for (const place of places) {
      if ((await this.ask("qconf", ...place)).includes(fqdn)) found.push(place.join(" "));
    }
    if ((await this.ask("qstat", "-f", "-u", "*")).includes(host)) found.push("qstat -f");
    return found;
  }

  /** Everything that an operator can set, as text. */
  async configuration(): Promise<string> {
    const parts = [
      ["-sconf"],
      ["-ssconf"],
      ["-sc"],
      ["-shgrp", "@allhosts"],
      ["-sq", "antares.q"],
      ["-sq", "dask.q"],
      ["-sel"],
      ["-ss"],
      ["-sh"],
    ];
    const texts: string[] = [];
    for (const part of parts) texts.push(await this.ask("qconf", ...part));
    return texts.join("\n");
  }
}
