import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { given, publishFolder, sweepDrafts } from "./cache";
import { lastLines, runCommand } from "./process";
import { pinnedVersion } from "./version";

/** The vendor's own installer; a closed site names its copy in `ANTARES_PULUMI_INSTALLER`. */
const vendorInstaller = "https://get.pulumi.com/install.sh";

/** Address of the installer script, `none` for "do not try". */
export function installerAddress(env: NodeJS.ProcessEnv): string {
  return given(env["ANTARES_PULUMI_INSTALLER"]) ?? vendorInstaller;
}

export interface VendorInstall {
  /** Folder that gets `bin/pulumi` and the vendor's language hosts. */
  readonly place: string;
  readonly address: string;
  readonly log: (line: string) => void;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** Seconds to reach the site; a machine without a route must not wait. 5 when not given. */
  readonly connectSeconds?: number;
}

/**
 * Installs the pinned CLI with the vendor's script.
 *
 * @returns undefined on success, else the reason in words: not being reachable is no error.
 */
export async function installFromVendor(install: VendorInstall): Promise<string | undefined> {
  if (install.address === "none") return "switched off by ANTARES_PULUMI_INSTALLER=none";
  const scratch = mkdtempSync(join(tmpdir(), "pulumi-installer-"));
  try {
    const script = join(scratch, "install.sh");
    const refused = await download(install, script);
    if (refused !== undefined) return refused;
    install.log(`installing Pulumi v${pinnedVersion} with the vendor's script`);
    sweepDrafts(install.place);
    await publishFolder(install.place, (draft) => runScript({ install, script, scratch, draft }));
    return undefined;
  } catch (error) {
    install.signal?.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function download(install: VendorInstall, file: string): Promise<string | undefined> {
  const begun = performance.now();
  const { address, env, signal } = install;
  const connectSeconds = install.connectSeconds ?? 5;
  const got = await get({ address, env, signal, connectSeconds, seconds: 30 });
  signal?.throwIfAborted();
  if ("text" in got) {
    writeFileSync(file, got.text);
    return undefined;
  }
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  return `${address} cannot be downloaded: ${got.refused} (after ${seconds} s)`;
}

/** Whether the installer answers within two seconds; nothing is kept of it. */
export async function isVendorReachable(env: NodeJS.ProcessEnv): Promise<boolean> {
  const address = installerAddress(env);
  if (address === "none") return false;
  return "text" in (await get({ address, env, signal: undefined, connectSeconds: 2, seconds: 2 }));
}

interface Get {
  readonly address: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal | undefined;
  readonly connectSeconds: number;
  /** Limit of the whole download. */
  readonly seconds: number;
}

type Got = { readonly text: string } | { readonly refused: string };

/** With curl where there is one, because it knows the site's proxies; else with Node alone. */
async function get(wanted: Get): Promise<Got> {
  const limits = ["--connect-timeout", String(wanted.connectSeconds)];
  const whole = ["--max-time", String(wanted.seconds)];
  const flags = ["--fail", "--silent", "--show-error", "--location", ...limits, ...whole];
  try {
    const finished = await runCommand({
      command: "curl",
      args: [...flags, "--", wanted.address],
      env: wanted.env,
      limitSeconds: wanted.seconds + 5,
      ...(wanted.signal === undefined ? {} : { signal: wanted.signal }),
    });
    if (finished.code === 0) return { text: finished.stdout };
    return { refused: lastLines(finished, 1) };
  } catch {
    return getWithNode(wanted);
  }
}

async function getWithNode(wanted: Get): Promise<Got> {
  const limit = AbortSignal.timeout(wanted.connectSeconds * 1000);
  const signal = wanted.signal === undefined ? limit : AbortSignal.any([limit, wanted.signal]);
  try {
    const response = await fetch(wanted.address, { signal });
    if (!response.ok) return { refused: `the site answers ${response.status}` };
    return { text: await response.text() };
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return { refused: cause instanceof Error ? cause.message : String(cause) };
  }
}

interface ScriptRun {
  readonly install: VendorInstall;
  readonly script: string;
  readonly scratch: string;
  readonly draft: string;
}

async function runScript(run: ScriptRun): Promise<void> {
  const { install, script, scratch, draft } = run;
  const finished = await runCommand({
    command: "sh",
    args: [script, "--no-edit-path", "--install-root", draft, "--version", pinnedVersion],
    // A home of its own: the script looks for, and would replace, what the user has in ~/.pulumi.
    env: { ...install.env, HOME: scratch },
    limitSeconds: 300,
    ...(install.signal === undefined ? {} : { signal: install.signal }),
  });
  if (finished.code === 0) return;
  const why = finished.ended === "limit" ? "took longer than 300 s" : "failed";
  throw new Error(`the vendor's installer ${why}: ${lastLines(finished, 5)}`);
}
