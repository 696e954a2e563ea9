import { createServer, type Socket } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import type { SshTarget } from "../../providers/ssh/target";

export interface TunnelArgs {
  readonly through: pulumi.Input<SshTarget>;
  /** Address and port as the host behind `through` sees them. */
  readonly host: pulumi.Input<string>;
  readonly port: pulumi.Input<number>;
  /** Port on this machine's loopback; a constant, because it is part of the state. */
  readonly localPort: number;
}

/**
 * Forwards a port of this machine's loopback through a host's SSH, for plugins that cannot dial
 * through SSH themselves. It dials when somebody connects, not before: in a preview nobody does,
 * unless it previews a refresh.
 *
 * Nothing here keeps the program alive. The program tells the engine that it is done when the event
 * loop is empty, so a listener that counts would hang every run; one that does not count serves on
 * while the engine finishes.
 */
export function openTunnel(args: TunnelArgs): void {
  const target = resolved(pulumi.all([pulumi.output(args.through), args.host, args.port]));
  const server = createServer((client) => {
    client.unref();
    target
      .then(([through, host, port]) => forward(client, { through, host, port }))
      .catch((error: unknown) => {
        // Told, not thrown: the plugin that dials says only that nobody answered.
        client.destroy();
        say(`no way to the database: ${error instanceof Error ? error.message : String(error)}`);
      });
  });
  server.on("error", (error) => {
    say(
      `port ${args.localPort} of this machine cannot be used for the way to the database ` +
        `(${error.message}): set antares:database.tunnelPort to a free one`,
    );
  });
  server.listen(args.localPort, "127.0.0.1").unref();
}

/** A preview needs the way only for a refresh, and may run beside another one. */
function say(message: string): void {
  void (pulumi.runtime.isDryRun() ? pulumi.log.warn : pulumi.log.error)(message);
}

async function forward(
  client: Socket,
  to: { through: SshTarget; host: string; port: number },
): Promise<void> {
  // Loaded here, because most runs need no way through, and none does before something connects.
  const { connectSsh } = await import("../../providers/ssh/client.js");
  const { client: ssh } = await connectSsh(to.through, { timeoutMs: 30_000 });
  const end = (): void => {
    client.destroy();
    ssh.end();
  };
  client.on("close", end).on("error", end);
  ssh.forwardOut("127.0.0.1", 0, to.host, to.port, (error, stream) => {
    if (error) return end();
    stream.on("close", end).on("error", end);
    client.pipe(stream).pipe(client);
  });
}

/** The value of an Output that is known by now or will be: outside a preview every one is. */
function resolved<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}
