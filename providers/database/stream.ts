import type { Duplex } from "node:stream";

/** What the PostgreSQL driver calls on its socket beside reading and writing. */
interface SocketControls {
  connect(): void;
  setNoDelay(): void;
  setKeepAlive(): void;
  ref(): void;
  unref(): void;
}

/**
 * Lets the driver use an SSH channel as its socket: the channel is connected already, and the TCP
 * options of a socket have no meaning for it.
 */
export function asDatabaseSocket(channel: Duplex): Duplex & SocketControls {
  const nothing = (): void => undefined;
  return Object.assign(channel, {
    connect: () => process.nextTick(() => channel.emit("connect")),
    setNoDelay: nothing,
    setKeepAlive: nothing,
    ref: nothing,
    unref: nothing,
  });
}
