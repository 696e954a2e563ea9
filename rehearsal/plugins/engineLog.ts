import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { Severity } from "./standIn";

const severities: Readonly<Record<Severity, LogSeverity>> = {
  debug: LogSeverity.DEBUG,
  info: LogSeverity.INFO,
  warning: LogSeverity.WARNING,
  error: LogSeverity.ERROR,
};

export interface LogLine {
  readonly severity: Severity;
  readonly message: string;
  /** Resource at which it is shown; empty for the stack. */
  readonly urn: string;
  /** Gives way to the next line on a terminal and is not repeated at the end. */
  readonly status: boolean;
}

/** The engine's log, as far as an engine is there. Lines arrive in the order they were sent. */
export class EngineLog {
  private readonly client: EngineClient | undefined;
  private last: Promise<void> = Promise.resolve();

  /** @param address `host:port` of the engine; absent: nothing is logged. */
  constructor(address: string | undefined) {
    if (address !== undefined && address !== "") {
      this.client = new EngineClient(address, credentials.createInsecure());
    }
  }

  write(line: LogLine): void {
    const client = this.client;
    if (client === undefined) return;
    const request = new LogRequest()
      .setSeverity(severities[line.severity])
      .setMessage(line.message)
      .setUrn(line.urn)
      .setEphemeral(line.status);
    this.last = this.last.then(
      // An engine that does not take a line is going away; there is nobody left to tell.
      () => new Promise((resolve) => client.log(request, () => resolve())),
    );
  }

  /** Resolves when all lines so far have been taken: a call's lines belong before its answer. */
  flushed(): Promise<void> {
    return this.last;
  }
}
