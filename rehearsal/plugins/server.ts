import { setMaxListeners } from "node:events";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { EngineLog } from "./engineLog";
import { providerService } from "./service";
import type { StandIn } from "./standIn";

/** How often the process looks whether its engine is still there. */
const watchInterval = 500;

/**
 * Serves a stand-in to the engine that started this process: prints the port on standard output,
 * as plugins do, and ends when that engine is gone.
 */
export async function serve(standIn: StandIn): Promise<void> {
  const log = new EngineLog(process.argv.slice(2).find((word) => !word.startsWith("-")));
  log.write({
    severity: "info",
    message: `${standIn.name} ${standIn.version}: a stand-in of the rehearsal, not the plugin`,
    urn: "",
    status: false,
  });
  const cancel = new AbortController();
  // One listener for every call that runs: as many as the engine likes.
  setMaxListeners(0, cancel.signal);
  const server = new Server({
    // Script text and command output travel in the properties: no limit of ours.
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  server.addService(ResourceProviderService, providerService({ standIn, log, cancel }));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  endWithEngine(cancel);
  process.stdout.write(`${port}\n`);
}

/** A killed engine says no good-bye; its orphans are adopted by another parent. */
function endWithEngine(cancel: AbortController): void {
  const engine = process.ppid;
  setInterval(() => {
    if (process.ppid === engine) return;
    cancel.abort(new Error("the engine is gone"));
    process.exit(1);
  }, watchInterval);
}
