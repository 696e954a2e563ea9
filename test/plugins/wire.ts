import { spawn, type ChildProcess } from "node:child_process";
import { credentials, Server, ServerCredentials, type ServiceError } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { endProcesses } from "../fixtures/processes";

type Answer<T> = (error: ServiceError | null, value: T) => void;

/** A plugin process and the line to it; its log lines are kept. */
export interface Wire {
  readonly client: ResourceProviderClient;
  /** Lines that the plugin logged, in order. */
  readonly logged: readonly string[];
  close(): Promise<void>;
}

/** Starts a plugin as the engine does: its argument is an engine's address, it prints its port. */
export async function startPlugin(
  executable: string,
  env: Readonly<Record<string, string>>,
): Promise<Wire> {
  const logged: string[] = [];
  const { server, address } = await listeningEngine(logged);
  const plugin = spawn(executable, [address], {
    env: { ...process.env, SSH_AUTH_SOCK: "", ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const close = async (): Promise<void> => {
    if (plugin.pid !== undefined) await endProcesses([plugin.pid]);
    server.forceShutdown();
  };
  try {
    const port = await firstLine(plugin);
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
      "grpc.max_receive_message_length": -1,
      "grpc.max_metadata_size": 64 * 1024 * 1024,
    });
    return {
      client,
      logged,
      close: async () => {
        client.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** One call as a promise, with a limit. */
export function ask<T>(send: (answer: Answer<T>) => unknown, limitSeconds = 30): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new Error(`no answer within ${limitSeconds} s`));
    const timer = setTimeout(late, limitSeconds * 1000);
    send((error, value) => {
      clearTimeout(timer);
      if (error === null) resolve(value);
      else reject(new Error(error.details));
    });
  });
}

async function listeningEngine(logged: string[]): Promise<{ server: Server; address: string }> {
  const server = new Server();
  server.addService(EngineService, {
    log: (call: { request: LogRequest }, answer: Answer<Empty>) => {
      logged.push(call.request.getMessage());
      answer(null, new Empty());
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { server, address: `127.0.0.1:${port}` };
}

function firstLine(plugin: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    plugin.once("error", reject);
    plugin.once("exit", () => reject(new Error("the plugin ended before it named its port")));
    plugin.stdout?.on("data", (data: Buffer) => {
      text += data.toString("utf8");
      const line = text.split("\n")[0];
      if (text.includes("\n") && line !== undefined) resolve(line.trim());
    });
  });
}
