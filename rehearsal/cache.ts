import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * Folder for everything that is expensive to make and can be made again: engine, images, packages.
 * It lies outside the sources, so that a fresh clone profits from an older one's work.
 */
export function cacheDir(env: NodeJS.ProcessEnv = process.env): string {
  const own = env["ANTARES_CACHE"] ?? "";
  if (isAbsolute(own)) return own;
  if (own !== "") throw new Error(`ANTARES_CACHE must be an absolute path, not "${own}"`);
  const xdg = env["XDG_CACHE_HOME"] ?? "";
  // The base directory specification says that a relative value must be ignored.
  return join(isAbsolute(xdg) ? xdg : join(homedir(), ".cache"), "antares3-deployment");
}
