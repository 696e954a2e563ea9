import { connect } from "node:net";
import type { Connection } from "./inputs";

/**
 * The plugin dials an SSH agent that it is pointed to (by the connection or by `SSH_AUTH_SOCK`)
 * even when a private key is given, and a dead socket fails the command at once.
 *
 * @throws Error naming the socket when nobody answers there.
 */
export async function proveAgent(hop: Connection): Promise<void> {
  const path = hop.agentSocketPath ?? process.env["SSH_AUTH_SOCK"] ?? "";
  if (path === "") return;
  await new Promise<void>((resolve, reject) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve();
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      const reason = error.code === "ENOENT" ? "no such file or directory" : "connection refused";
      reject(new Error(`dial unix ${path}: connect: ${reason}`));
    });
  });
}
