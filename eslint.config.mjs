import tseslint from "typescript-eslint";
import layersPlugin from "./eslint.layers.mjs";

const forbidden = [
  {
    selector: "CallExpression[callee.property.name='apply'] NewExpression[callee.name!='Error']",
    message: "No `new` inside apply: a resource made there is missing from previews.",
  },
  {
    selector: "TSAsExpression > TSAsExpression[typeAnnotation.type='TSUnknownKeyword']",
    message: "No `as unknown as`: narrow the value, or cast once in a commented function.",
  },
];
const forbiddenOutsideLoad = [
  ...forbidden,
  {
    selector: "NewExpression[callee.object.name='pulumi'][callee.property.name='Config']",
    message: "Only config/load.ts reads the stack's configuration.",
  },
  {
    selector: "NewExpression[callee.name='Config']",
    message: "Only config/load.ts reads the stack's configuration.",
  },
];

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", ".cache/"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.base],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { layers: layersPlugin },
    rules: {
      "layers/direction": "error",
      "no-restricted-syntax": ["error", ...forbiddenOutsideLoad],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/prefer-nullish-coalescing": [
        "error",
        {
          ignoreConditionalTests: true,
          ignoreMixedLogicalExpressions: true,
          ignoreTernaryTests: true,
        },
      ],
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/consistent-type-imports": [
        "error",
        { fixStyle: "separate-type-imports", disallowTypeAnnotations: false },
      ],
      "@typescript-eslint/ban-ts-comment": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/max-params": ["warn", { max: 3 }],
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
      "max-lines": ["warn", { max: 250, skipBlankLines: false, skipComments: false }],
      "max-lines-per-function": ["warn", { max: 40, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ["config/load.ts"],
    rules: { "no-restricted-syntax": ["error", ...forbidden] },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      // A `describe` block is one long function by nature.
      "max-lines-per-function": "off",
      "max-lines": ["warn", { max: 300 }],
    },
  },
  {
    files: ["**/*.mjs", "**/*.cjs", "**/*.js"],
    rules: { eqeqeq: "error", "no-var": "error", "prefer-const": "error", "no-undef": "off" },
  },
);
