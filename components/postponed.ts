import Module, { createRequire } from "node:module";

/**
 * Together with its runtime the SDK loads what serializes functions (a compiler of TypeScript, npm's
 * dependency tree, a search through folders), which this program never asks for
 * (`providers/resources/dynamic.ts`), and its Automation API. Loading them is more than a third of the
 * local stack's time. Imported before the SDK, this module lets each be loaded by the first who uses
 * it.
 */
const POSTPONED = ["typescript", "@npmcli/arborist", "fdir", "./automation"];

const sdk = createRequire(require.resolve("@pulumi/pulumi"));

for (const name of POSTPONED) {
  const file = resolved(name);
  // Where it is loaded already, as under ts-node, there is nothing to gain.
  if (file !== undefined && sdk.cache[file] === undefined) sdk.cache[file] = postponed(file);
}

/** The SDK may do without one of them. */
function resolved(name: string): string | undefined {
  try {
    return sdk.resolve(name);
  } catch {
    return undefined;
  }
}

/** Stands in the cache for a module until somebody asks for one of its exports. */
function postponed(file: string): NodeJS.Module {
  let loaded: object | undefined;
  const load = (): object => {
    if (loaded === undefined) {
      Reflect.deleteProperty(sdk.cache, file);
      loaded = sdk(file) as object;
    }
    return loaded;
  };
  const standIn = new Module(file);
  standIn.exports = new Proxy(
    {},
    {
      // Else the importer would copy all exports at once.
      get: (_, key) => (key === "__esModule" ? true : Reflect.get(load(), key)),
      has: (_, key) => Reflect.has(load(), key),
    },
  );
  standIn.loaded = true;
  return standIn;
}
