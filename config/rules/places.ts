import { isIP } from "node:net";
import { posix } from "node:path";
import { integer, pattern, text, type Rule } from "./rule";

/** TCP port. */
export const port: Rule<number> = integer({
  min: 1,
  max: 65535,
  expected: "a TCP port from 1 to 65535",
});

/** First and last port of a range, both in it. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Range of TCP ports that need no rights. */
export const portRange: Rule<PortRange> = text<PortRange>({
  expected: "two TCP ports from 1024 to 65535 as FIRST-LAST, the smaller one first",
  parse: (given) => {
    const [, from, to] = /^(\d{4,5})-(\d{4,5})$/.exec(given) ?? [];
    const [first, last] = [Number(from), Number(to)];
    return first >= 1024 && last <= 65535 && first <= last ? { first, last } : undefined;
  },
});

// The characters that shell, fstab, INI, dotenv and a Debian package list all take without quoting.
const PLAIN_PATH = /^\/[A-Za-z0-9._+@/-]*$/;

/** Absolute path in its shortest form; plain characters, because it goes into files of many syntaxes. */
export const absolutePath: Rule<string> = text({
  expected:
    "an absolute path without `.`, `..`, `//` or a `/` at its end; letters, digits and . _ + @ -",
  parse: (given) => (isPlainPath(given) ? given : undefined),
});

/** True for a path that {@link absolutePath} takes. */
export function isPlainPath(given: string): boolean {
  if (given.length > 1024 || !PLAIN_PATH.test(given)) return false;
  return given === "/" || (posix.normalize(given) === given && !given.endsWith("/"));
}

/** True where `child` is `parent` or lies below it. */
export function isWithin(child: string, parent: string): boolean {
  return child === parent || child.startsWith(parent === "/" ? "/" : `${parent}/`);
}

const SYSTEM_TREES = [
  "bin",
  "boot",
  "dev",
  "etc",
  "lib",
  "lib32",
  "lib64",
  "libx32",
  "proc",
  "root",
]
  .concat(["run", "sbin", "sys", "tmp", "usr", "var/tmp", "var/run", "var/lib/dpkg"])
  .map((name) => `/${name}`);
const CROWDED = ["/", "/home", "/srv", "/mnt", "/media", "/opt", "/var", "/var/lib", "/lost+found"];

/** Directory that will belong to this deployment alone: its owner and mode are set. */
export const ownDirectory: Rule<string> = text({
  expected:
    "an absolute path of a directory of its own, outside the system's trees (/etc, /usr, /tmp, …) " +
    "and not one that others share (/, /home, /srv, /mnt, /opt, …)",
  parse: (given) => {
    if (!isPlainPath(given) || CROWDED.includes(given)) return undefined;
    return SYSTEM_TREES.some((tree) => isWithin(given, tree)) ? undefined : given;
  },
});

const HOST_LABELS =
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/** Host name or IP address, without port or user. */
export const hostAddress: Rule<string> = text({
  expected: "a host name or an IP address, without port or user",
  parse: (given) => {
    if (isIP(given) !== 0) return given;
    // Four numbers that are no address are a typing error, not a name.
    if (/^[\d.]+$/.test(given)) return undefined;
    return HOST_LABELS.test(given) ? given : undefined;
  },
});

/** The same without IPv6 literals: their colons separate fields in .pgpass. */
export const plainHostAddress: Rule<string> = text({
  expected: "a host name or an IPv4 address, without port or user",
  parse: (given) => (given.includes(":") ? undefined : hostAddress.accept(given)),
});

/** Name of a host in resource names. */
export const hostName: Rule<string> = pattern(
  /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
  "a name of lower-case letters, digits and -, at most 63 long, that begins with a letter",
);

const KEY_TYPES =
  /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) ([A-Za-z0-9+/]+={0,2})( .*)?$/;

/** Public host key; a comment behind it is dropped. */
export const hostKey: Rule<string> = text({
  expected:
    "a public host key such as `ssh-ed25519 AAAA…` (the line of ssh-keyscan without the host name)",
  parse: (given) => {
    const [, type, , body] = KEY_TYPES.exec(given.trim()) ?? [];
    if (type === undefined || body === undefined) return undefined;
    // The blob names its own type; a shortened or mixed-up line does not.
    const blob = Buffer.from(body, "base64");
    const named = blob.length > 4 ? blob.subarray(4, 4 + blob.readUInt32BE(0)).toString() : "";
    return named === type && blob.length >= 51 ? `${type} ${body}` : undefined;
  },
});

/** Web address; one with a user or password in it is refused, because settings are no place for it. */
export const webAddress: Rule<string> = text({
  expected: "an http:// or https:// address without user, password, query or blanks",
  parse: (given) => (isWebAddress(given) ? given : undefined),
  conceals: hasCredentials,
});

/** True for an address that {@link webAddress} takes. */
export function isWebAddress(given: string): boolean {
  if (given.length > 2000 || !/^https?:\/\/[\x21-\x7e]+$/.test(given)) return false;
  if (/["'\\<>`${}|^?#@]/.test(given) || !URL.canParse(given)) return false;
  return hostAddress.accept(new URL(given).hostname.replace(/^\[|\]$/g, "")) !== undefined;
}

/** True where a text may be an address with a user or password in it. */
export function hasCredentials(given: string): boolean {
  return /:\/\/[^/]*@|^[^/]*:[^/]*@|[?&][^=]*(token|password|key|secret)/i.test(given);
}
