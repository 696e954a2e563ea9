import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import { cacheDir } from "../../rehearsal/cache";
import { lastLines, runCommand } from "../../rehearsal/engine/process";
import type { Template } from "../graph/cloudFormation/template";

const LOCK = join(projectRoot, "test", "cloudFormation", "requirements.txt");

/** Something that the linter says of a template. */
export interface Finding {
  readonly rule: string;
  /** Logical id of the resource; empty where it is about the whole template. */
  readonly resource: string;
  readonly message: string;
}

/** The interpreter of an environment with the linter of the lock, made once and kept in the cache. */
export async function linterPython(): Promise<string> {
  const digest = createHash("sha256").update(readFileSync(LOCK)).digest("hex").slice(0, 16);
  const folder = join(cacheDir(), "cfn-lint", digest);
  const python = join(folder, "bin", "python");
  if (existsSync(python)) return python;
  const own = `${folder}.${process.pid}`;
  mkdirSync(join(cacheDir(), "cfn-lint"), { recursive: true });
  try {
    await install("python3", ["-m", "venv", own]);
    const exact = ["--require-hashes", "--no-deps", "--only-binary=:all:", "-r", LOCK];
    const quiet = ["--quiet", "--disable-pip-version-check", "--no-input"];
    await install(join(own, "bin", "python"), ["-m", "pip", "install", ...quiet, ...exact]);
    // Whole or not at all; another run may have been faster, and made the same.
    if (!existsSync(folder)) renameSync(own, folder);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
  return python;
}

async function install(command: string, args: readonly string[]): Promise<void> {
  const done = await runCommand({ command, args, env: process.env, limitSeconds: 240 });
  if (done.code !== 0) throw new Error(`cfn-lint cannot be installed:\n${lastLines(done)}`);
}

// As its own command does, whose first line names the folder where it was installed.
const MAIN = "import sys; from cfnlint.runner import main; sys.exit(main())";

/** Lints templates for a region in one run; findings by the name of the template. */
export async function lint(
  python: string,
  args: { readonly templates: ReadonlyMap<string, Template>; readonly region: string },
): Promise<ReadonlyMap<string, readonly Finding[]>> {
  const folder = mkdtempSync(join(tmpdir(), "antares-cfn-"));
  try {
    const files = [...args.templates].map(([name, template], i) => {
      const file = join(folder, `${i}.json`);
      writeFileSync(file, JSON.stringify(template));
      return { name, file };
    });
    const options = ["-f", "json", "-r", args.region];
    const done = await runCommand({
      command: python,
      args: ["-c", MAIN, ...options, "--", ...files.map(({ file }) => file)],
      env: process.env,
      // No settings of this machine.
      cwd: folder,
      limitSeconds: 240,
    });
    const all = parse(done.stdout) ?? unreadable(lastLines(done));
    return new Map(
      files.map(({ name, file }) => [
        name,
        all.filter((one) => one.Filename === file).map(finding),
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Match {
  readonly Filename: string;
  readonly Message: string;
  readonly Rule: { readonly Id: string };
  readonly Location: { readonly Path: readonly (string | number)[] | null };
}

function parse(text: string): readonly Match[] | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreadable(lines: string): never {
  throw new Error(`cfn-lint did not answer with findings:\n${lines}`);
}

function finding({ Rule, Location, Message }: Match): Finding {
  const [top, resource = ""] = Location.Path ?? [];
  return { rule: Rule.Id, resource: top === "Resources" ? String(resource) : "", message: Message };
}
