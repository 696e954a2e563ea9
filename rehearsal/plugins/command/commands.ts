import { randomBytes } from "node:crypto";
import type { CallContext, Properties, ResourceHandler, StandIn } from "../standIn";
import { asInputs, checkCommand, type CommandInputs } from "./inputs";
import { runLocal } from "./local";
import type { Collected } from "./output";
import { runRemote } from "./remote";

/** The stand-in for `command`: local and remote commands, without assets, copies and functions. */
export function commandStandIn(version: string): StandIn {
  return {
    name: "command",
    version,
    checkConfig: () => [],
    configure: () => ({
      "command:local:Command": handler("local"),
      "command:remote:Command": handler("remote"),
    }),
  };
}

/** What the last run left behind; a failed one leaves what was there before. */
interface Outputs {
  readonly stdout: string;
  readonly stderr: string;
}
const nothing: Outputs = { stdout: "", stderr: "" };

function handler(kind: "local" | "remote"): ResourceHandler {
  return {
    replaceOn: ["triggers"],
    check: ({ news }) => checkCommand(kind, news),
    create: async (inputs, context) => {
      const state = await run({ kind, inputs, command: asInputs(inputs).create }, context);
      return { id: `${context.name}${randomBytes(4).toString("hex")}`, state };
    },
    update: async ({ oldState, news }, context) => {
      const { update, create } = asInputs(news);
      const previous = outputsOf(oldState);
      return run({ kind, inputs: news, command: update ?? create, previous }, context);
    },
    delete: async ({ state }, context) => {
      const inputs = withoutOutputs(state);
      const previous = outputsOf(state);
      await run({ kind, inputs, command: asInputs(inputs).delete, previous }, context);
    },
  };
}

interface Run {
  readonly kind: "local" | "remote";
  readonly inputs: Properties;
  readonly command: string | undefined;
  readonly previous?: Outputs;
}

/** The state after the run: all inputs and the outputs. */
async function run(args: Run, context: CallContext): Promise<Properties> {
  const previous = args.previous ?? nothing;
  if (args.command === undefined) return { ...args.inputs, ...previous };
  const inputs = asInputs(args.inputs);
  const common = { command: args.command, inputs, extraEnvironment: told(inputs, previous) };
  const { stdout, stderr } = await execute({ kind: args.kind, common }, context);
  return { ...args.inputs, stdout, stderr };
}

interface Execution {
  readonly kind: "local" | "remote";
  readonly common: Parameters<typeof runLocal>[0];
}

async function execute({ kind, common }: Execution, context: CallContext): Promise<Collected> {
  if (kind === "local") return runLocal(common, context);
  const { connection } = common.inputs;
  if (connection === undefined) throw new Error("no connection");
  return runRemote({ ...common, connection }, context);
}

/** The previous outputs as variables, where they are wanted and not empty. */
function told(inputs: CommandInputs, previous: Outputs): Record<string, string> {
  if (inputs.addPreviousOutputInEnv === false) return {};
  return {
    ...(previous.stdout === "" ? {} : { PULUMI_COMMAND_STDOUT: previous.stdout }),
    ...(previous.stderr === "" ? {} : { PULUMI_COMMAND_STDERR: previous.stderr }),
  };
}

function outputsOf(state: Properties): Outputs {
  const text = (value: unknown): string => (typeof value === "string" ? value : "");
  return { stdout: text(state["stdout"]), stderr: text(state["stderr"]) };
}

function withoutOutputs(state: Properties): Properties {
  return Object.fromEntries(
    Object.entries(state).filter(([key]) => key !== "stdout" && key !== "stderr"),
  );
}
