import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { renderProjectFile, renderReference } from "./reference";
import { projectRoot } from "./root";

/** The generated files, by path below the project's root, formatted as the project formats. */
export async function generate(): Promise<ReadonlyMap<string, string>> {
  const project = readFileSync(join(projectRoot, "Pulumi.yaml"), "utf8");
  const layout = { printWidth: 100 } as const;
  return new Map([
    ["Pulumi.yaml", await format(renderProjectFile(project), { ...layout, parser: "yaml" })],
    ["docs/configuration.md", await format(renderReference(), { ...layout, parser: "markdown" })],
  ]);
}

async function main(): Promise<void> {
  for (const [name, content] of await generate()) {
    writeFileSync(join(projectRoot, name), content);
    console.log(`wrote ${name}`);
  }
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
