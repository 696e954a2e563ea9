import { parseArgs } from "node:util";

export const usage = `usage: npm run rehearse -- [STACK] [options]
       npm run rehearse -- exec STACK HOST COMMAND…
       npm run rehearse -- stop STACK

Runs the stack's ordinary preview, up, second up, refresh and destroy with the real engine on
throw-away hosts of this machine. STACK is \`local\` when not given.

  --config-file FILE   stack configuration instead of Pulumi.STACK.yaml
  --config KEY=VALUE   as \`pulumi config set --path KEY VALUE\` on a copy of it; may be repeated
  --report FILE        write the report as JSON (its schema: rehearsal/report.schema.json)
  --nodes N            how many nodes a stack of several hosts gets beside its master (3)
  --keep               leave the hosts standing, for exec and for another rehearsal
`;

export type Request =
  | { readonly kind: "help" }
  | { readonly kind: "rehearse"; readonly options: RehearsalOptions }
  | {
      readonly kind: "exec";
      readonly stack: string;
      readonly host: string;
      readonly command: readonly string[];
    }
  | { readonly kind: "stop"; readonly stack: string };

export interface RehearsalOptions {
  readonly stack: string;
  readonly configFile?: string;
  /** `pulumi config set --path` pairs, in order. */
  readonly config: readonly Setting[];
  readonly report?: string;
  /** Nodes beside the master; only where the target has several hosts. */
  readonly nodes?: number;
  readonly keep: boolean;
}

export interface Setting {
  /** Full key, `antares:software.source`. */
  readonly key: string;
  readonly value: string;
}

/** @throws UsageError when the words do not fit. */
export function parseRequest(argv: readonly string[]): Request {
  const [first, ...rest] = argv;
  if (first === "exec") return parseExec(rest);
  if (first === "stop") return { kind: "stop", stack: only(rest, "stop STACK") };
  return parseRehearsal(argv);
}

export class UsageError extends Error {
  constructor(message: string) {
    super(`${message}\n\n${usage}`);
    this.name = "UsageError";
  }
}

function parseExec([stack, host, ...command]: readonly string[]): Request {
  if (stack === undefined || host === undefined || command.length === 0) {
    throw new UsageError("exec needs a stack, a host and a command");
  }
  return { kind: "exec", stack, host, command };
}

function only(words: readonly string[], form: string): string {
  const [word] = words;
  if (word === undefined || words.length > 1) throw new UsageError(`expected: ${form}`);
  return word;
}

function parseRehearsal(argv: readonly string[]): Request {
  const { values, positionals } = parse(argv);
  if (values.help === true) return { kind: "help" };
  if (positionals.length > 1) throw new UsageError(`one stack at a time: ${positionals.join(" ")}`);
  return {
    kind: "rehearse",
    options: {
      stack: positionals[0] ?? "local",
      config: (values.config ?? []).map(parseSetting),
      keep: values.keep ?? false,
      ...(values["config-file"] === undefined ? {} : { configFile: values["config-file"] }),
      ...(values.report === undefined ? {} : { report: values.report }),
      ...(values.nodes === undefined ? {} : { nodes: parseNodes(values.nodes) }),
    },
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        "config-file": { type: "string" },
        config: { type: "string", multiple: true },
        report: { type: "string" },
        nodes: { type: "string" },
        keep: { type: "boolean" },
        help: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** A bridge has addresses for 244 hosts. */
function parseNodes(text: string): number {
  const nodes = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (nodes < 1 || nodes > 200)
    throw new UsageError(`--nodes takes a number from 1 to 200: ${text}`);
  return nodes;
}

function parseSetting(text: string): Setting {
  const at = text.indexOf("=");
  const key = text.slice(0, at);
  if (at < 1 || !/^[a-z]+:[A-Za-z]/.test(key)) {
    throw new UsageError(
      `--config takes KEY=VALUE with a full key (antares:software.source=DIR): ${text}`,
    );
  }
  return { key, value: text.slice(at + 1) };
}
