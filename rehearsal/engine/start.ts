import { spawn, type ChildProcess } from "node:child_process";
import { sendSignal } from "./process";

/** What is started, with the whole environment it gets. */
export interface Start {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Starts the CLI with piped standard streams; the seam by which it runs inside a host. */
export type Starter = (start: Start) => Started;

export interface Started {
  readonly child: ChildProcess;
  /**
   * How a signal reaches what was started, of which the child may be only a door; with "group", also
   * what it has started itself.
   */
  readonly send: (signal: NodeJS.Signals, whom?: "process" | "group") => void;
}

/** A process group of its own: Ctrl-C at the terminal reaches only us, who pass it on once. */
export function startHere(start: Start): Started {
  const { command, args, env } = start;
  return ownGroup(spawn(command, [...args], { env, stdio: "pipe", detached: true }));
}

/** A child that was spawned `detached`. */
export function ownGroup(child: ChildProcess): Started {
  const send: Started["send"] = (signal, whom = "process") => {
    if (child.pid === undefined) return;
    sendSignal(whom === "group" ? -child.pid : child.pid, signal);
  };
  return { child, send };
}
