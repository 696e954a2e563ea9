import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../config/root";
import type { ThrowAwayHost } from "./host";

/** Mounts and services of a host, as its boot and its shutdown have them. @throws when one fails */
export async function bootServices(host: ThrowAwayHost, action: "start" | "stop"): Promise<void> {
  const input = readFileSync(join(projectRoot, "rehearsal/hosts/services.sh"), "utf8");
  const options = { input, timeoutMs: 180_000 };
  const { code, stdout } = await host.exec(["bash", "-s", action], options);
  if (code !== 0) throw new Error(`${host.name}: ${stdout.trim()}`);
}
