import type { Client, ClientChannel } from "ssh2";
import type { CallContext } from "../standIn";
import { proveAgent } from "./agent";
import type { CommandInputs, Connection } from "./inputs";
import { failure, OutputCollector, type Collected } from "./output";

declare module "ssh2" {
  interface Client {
    /** As documented by the library; its types lack the environment. */
    sftp(env: Readonly<Record<string, string>>, callback: ClientSFTPCallback): this;
  }
}

export interface RemoteRun {
  readonly command: string;
  readonly inputs: CommandInputs;
  readonly connection: Connection;
  /** Variables that are tried, with a warning where the server refuses them. */
  readonly extraEnvironment: Readonly<Record<string, string>>;
}

/**
 * Runs a command on a host. Like the plugin, it waits for a command that hangs: neither a time-out
 * nor a cancellation interrupts it once it runs.
 *
 * @throws Error in the plugin's words where dialling, `Setenv` or the command fails.
 */
export async function runRemote(run: RemoteRun, context: CallContext): Promise<Collected> {
  const { connection } = run;
  if (connection.proxy !== undefined) await proveAgent(connection.proxy);
  await proveAgent(connection);
  // Loaded here, because most calls compare and dial nobody, and the engine waits for this process.
  const { dial } = await import("./dial.js");
  const client = await dial(connection, context);
  try {
    const environment = await accepted({ client, context, run });
    return await execute({ client, context, run, environment });
  } finally {
    client.end();
  }
}

interface Opened {
  readonly client: Client;
  readonly context: CallContext;
  readonly run: RemoteRun;
}

const refusal =
  "This only works if your SSH server is configured to accept these variables via AcceptEnv.";

/** The variables that the server takes. */
async function accepted({ client, context, run }: Opened): Promise<Record<string, string>> {
  const own = Object.entries(run.inputs.environment ?? {});
  for (const [name, value] of own) {
    if (await takes(client, { [name]: value })) continue;
    context.log("error", `Unable to set '${name}'. ${refusal}`);
    throw new Error(`could not set environment variable "${name}": ssh: setenv failed`);
  }
  const taken = Object.fromEntries(own);
  for (const [name, value] of Object.entries(run.extraEnvironment)) {
    if (await takes(client, { [name]: value })) taken[name] = value;
    else context.log("warning", `Unable to set '${name}'. ${refusal}`);
  }
  return taken;
}

/**
 * Whether the server accepts a variable. The library asks for the answer only on the way to SFTP,
 * so that is where it is asked; a server without SFTP has still answered about the variable.
 */
function takes(client: Client, variable: Readonly<Record<string, string>>): Promise<boolean> {
  return new Promise((resolve) => {
    client.sftp(variable, (error, sftp) => {
      if (error === undefined || error === null) sftp.end();
      resolve(error?.message !== "Unable to set environment");
    });
  });
}

interface Execution extends Opened {
  readonly environment: Readonly<Record<string, string>>;
}

async function execute({ client, context, run, environment }: Execution): Promise<Collected> {
  const output = new OutputCollector(run.inputs.logging, context);
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    client.exec(run.command, { env: { ...environment } }, (error, opened) => {
      if (error === undefined) resolve(opened);
      else reject(new Error(`ssh: command ${JSON.stringify(run.command)} failed`));
    });
  });
  const ended = ending(client, channel);
  channel.on("data", (data: Buffer) => output.add("stdout", data));
  channel.stderr.on("data", (data: Buffer) => output.add("stderr", data));
  channel.on("error", () => undefined); // a command that does not read its input
  channel.end(run.inputs.stdin ?? "");
  const how = await ended;
  const collected = output.end();
  if (output.fault !== undefined) throw output.fault;
  if (how !== undefined) throw failure(how, run.command, collected.both);
  return collected;
}

/** How the command ended, in the plugin's words; undefined: well. */
function ending(client: Client, channel: ClientChannel): Promise<string | undefined> {
  const missing = "wait: remote command exited without exit status or exit signal";
  return new Promise((resolve) => {
    let how: string | undefined = missing;
    channel.on("exit", (code: number | null, signal?: string) => {
      if (code !== null) how = code === 0 ? undefined : `Process exited with status ${code}`;
      else how = bySignal((signal ?? "").replace(/^SIG/, ""));
    });
    channel.once("close", () => resolve(how));
    client.once("close", () => resolve(how));
  });
}

const signalNumbers: Readonly<Record<string, number>> = {
  ABRT: 6,
  ALRM: 14,
  FPE: 8,
  HUP: 1,
  ILL: 4,
  INT: 2,
  KILL: 9,
  PIPE: 13,
  QUIT: 3,
  SEGV: 11,
  TERM: 15,
};

function bySignal(name: string): string {
  return `Process exited with status ${128 + (signalNumbers[name] ?? 0)} from signal ${name}`;
}
