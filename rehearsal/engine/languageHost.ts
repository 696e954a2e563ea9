/**
 * The Node language host, for a CLI that was built from its Go modules and so came without one.
 * Started by the engine through the launcher `pulumi-language-nodejs`; prints the port of its gRPC
 * service and serves until the engine is gone. It runs programs, nothing else: what it does not
 * implement (code generation, packing) is answered "unimplemented" by the gRPC server.
 */
import {
  Server,
  ServerCredentials,
  status,
  type handleUnaryCall,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import {
  LanguageRuntimeService,
  type ILanguageRuntimeServer,
} from "@pulumi/pulumi/proto/language_grpc_pb";
import {
  AboutResponse,
  GetProgramDependenciesResponse,
  GetRequiredPackagesResponse,
  GetRequiredPluginsResponse,
  LanguageHandshakeResponse,
  RunResponse,
  RuntimeOptionsResponse,
} from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

import { onEngineGone } from "./engineGone";
import { programOf, startProgram, type RunningProgram } from "./languageProgram";

type Implemented =
  | "about"
  | "cancel"
  | "getPluginInfo"
  | "getProgramDependencies"
  | "getRequiredPackages"
  | "getRequiredPlugins"
  | "handshake"
  | "installDependencies"
  | "run"
  | "runtimeOptionsPrompts";

/** Exit code of the SDK's runner after it has told the user what went wrong. */
const alreadyReported = 32;

const programs = new Set<RunningProgram>();

function main(): void {
  // The engine's address is the last argument; flags such as --tracing may come before it.
  const engine = process.argv.at(-1);
  if (process.argv.length < 3 || engine === undefined) {
    process.stderr.write("usage: languageHost ENGINE-ADDRESS (started by the Pulumi engine)\n");
    process.exit(2);
  }
  const server = new Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  server.addService(LanguageRuntimeService, implementation(engine));
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) {
      process.stderr.write(`the language host cannot listen: ${error.message}\n`);
      process.exit(1);
    }
    process.stdout.write(`${String(port)}\n`);
  });
  onEngineGone(stop);
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

function stop(): void {
  for (const program of programs) program.kill();
  process.exit(0);
}

/** Answers with an empty message: all that the engine needs to know of a plain Node program. */
function empty<Request, Response>(make: () => Response): handleUnaryCall<Request, Response> {
  return (_call, callback) => callback(null, make());
}

function implementation(engine: string): UntypedServiceImplementation {
  let engineAddress = engine;
  const served: Pick<ILanguageRuntimeServer, Implemented> = {
    about: empty(() => new AboutResponse()),
    cancel: empty(() => new Empty()),
    getPluginInfo: empty(() => new PluginInfo()),
    getProgramDependencies: empty(() => new GetProgramDependenciesResponse()),
    // Plugins are found when the program's first resource asks for them; nothing is downloaded.
    getRequiredPackages: empty(() => new GetRequiredPackagesResponse()),
    getRequiredPlugins: empty(() => new GetRequiredPluginsResponse()),
    handshake: (call, callback) => {
      const given = call.request.getEngineAddress();
      if (given !== "") engineAddress = given;
      callback(null, new LanguageHandshakeResponse());
    },
    installDependencies: (call) => call.end(),
    run: (call, callback) => {
      runProgram({ request: call.request, engine: engineAddress, call }).then(
        (response) => callback(null, response),
        (error: unknown) => {
          const details = error instanceof Error ? error.message : String(error);
          callback({ code: status.INTERNAL, details });
        },
      );
    },
    runtimeOptionsPrompts: empty(() => new RuntimeOptionsResponse()),
  };
  return served;
}

type RunCall = Parameters<ILanguageRuntimeServer["run"]>[0];

interface Run {
  readonly request: RunCall["request"];
  readonly engine: string;
  readonly call: RunCall;
}

async function runProgram(run: Run): Promise<RunResponse> {
  const program = startProgram(programOf(run.request, run.engine));
  programs.add(program);
  // Cancelled is what the engine's own end of this call says when the user gives up.
  run.call.on("cancelled", () => program.kill());
  try {
    return responseTo(await program.ended);
  } finally {
    programs.delete(program);
  }
}

function responseTo(end: { code: number | null; signal: string | null }): RunResponse {
  const response = new RunResponse();
  if (end.code === alreadyReported) response.setBail(true);
  else if (end.code === null) response.setError(`the program was ended by ${String(end.signal)}`);
  else if (end.code !== 0) response.setError(`the program exited with code ${String(end.code)}`);
  return response;
}

main();
