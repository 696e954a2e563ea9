import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

/** AWS's actions in small letters, and the forms of the resources that each of them knows. */
export type Actions = ReadonlyMap<string, readonly RegExp[]>;

interface Service {
  readonly Actions: Readonly<Record<string, { readonly Resources?: readonly string[] }>>;
  readonly Resources?: Readonly<Record<string, { readonly ARNFormats: readonly string[] }>>;
}

/** As the linter carries them, from AWS's service authorization reference. */
export function actionsOfAws(python: string): Actions {
  const lib = join(dirname(dirname(python)), "lib");
  const [version = ""] = readdirSync(lib).filter((name) => name.startsWith("python3"));
  const file = "site-packages/cfnlint/data/AdditionalSpecs/Policies.json";
  const services: Readonly<Record<string, Service>> = JSON.parse(
    readFileSync(join(lib, version, file), "utf8"),
  );
  return new Map(Object.entries(services).flatMap(([name, service]) => actionsOf(name, service)));
}

function actionsOf(name: string, { Actions, Resources = {} }: Service): [string, RegExp[]][] {
  return Object.entries(Actions).map(([action, { Resources: kinds = [] }]) => {
    const forms = kinds.flatMap((kind) => Resources[kind.toLowerCase()]?.ARNFormats ?? []);
    return [`${name}:${action}`.toLowerCase(), forms.map(formOf)];
  });
}

/** Of `arn:${Partition}:ssm:${Region}:${Account}:document/.*` and its like. */
function formOf(format: string): RegExp {
  const pattern = format.replace(/\$\{\w+\}/g, "[^:]*").replace(/\.\*/g, ".+");
  return new RegExp(`^${pattern}$`);
}
