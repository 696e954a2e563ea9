import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The path of a command on PATH; undefined where there is none. */
export function findCommand(name: string, path = process.env["PATH"] ?? ""): string | undefined {
  const folders = path.split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
