import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assertFreshBuild } from "../config/freshness";
import { projectRoot } from "../config/root";
import { stackEnvironment } from "./backend";
import { backendFolder, readLocks } from "./lock";
import type { Session } from "./operations";
import { Pulumi } from "./pulumi";
import { removeBrokenSidecars } from "./sidecars";
import { UserError } from "./userError";

/**
 * Opens a stack for an operation: fresh build, backend, passphrase, locks. `create` also makes our
 * own backend and passphrase where none is configured.
 */
export function openSession(
  stack: string,
  { env, create }: { env: NodeJS.ProcessEnv; create: boolean },
): Session {
  assertFresh();
  const environment = stackEnvironment(stack, { env, project: projectRoot, create });
  const folder = backendFolder(environment["PULUMI_BACKEND_URL"] ?? "", projectRoot);
  const log = (line: string): void => console.error(line);
  for (const file of folder === undefined ? [] : removeBrokenSidecars(folder)) {
    log(`state: ${file} was cut off when a run was killed; it holds no state and is removed`);
  }
  const locks = folder === undefined ? [] : readLocks(folder, { project: projectName(), stack });
  const pulumi = new Pulumi(stack, { cwd: projectRoot, env: environment });
  return { pulumi, locks, log };
}

function assertFresh(): void {
  try {
    assertFreshBuild();
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error), "npm run build");
  }
}

function projectName(): string {
  const text = readFileSync(join(projectRoot, "Pulumi.yaml"), "utf8");
  const name = /^name:\s*["']?([\w.-]+)/m.exec(text)?.[1];
  if (name === undefined) throw new Error("Pulumi.yaml has no name");
  return name;
}
