/** A range of IPv4 addresses: its first address as a number, and how many leading bits are fixed. */
export interface Cidr {
  readonly base: number;
  readonly prefix: number;
}

/** Number of addresses in a range of this prefix. */
export function sizeOf(prefix: number): number {
  return 2 ** (32 - prefix);
}

/** The range that a text such as `10.0.0.0/16` says; `undefined` where it says none, or not its first address. */
export function parseCidr(text: string): Cidr | undefined {
  const [, ...parts] =
    /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text)?.map(Number) ?? [];
  const [prefix = 33] = parts.slice(4);
  const bytes = parts.slice(0, 4);
  if (prefix > 32 || bytes.some((byte) => byte > 255)) return undefined;
  const base = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  if (base % sizeOf(prefix) !== 0) return undefined;
  const range = { base, prefix };
  // `010.0.0.0/8` means another address to some programs.
  return formatCidr(range) === text ? range : undefined;
}

/** The range as text, such as `10.0.0.0/16`. */
export function formatCidr({ base, prefix }: Cidr): string {
  const bytes = [24, 16, 8, 0].map((bits) => Math.floor(base / 2 ** bits) % 256);
  return `${bytes.join(".")}/${prefix}`;
}

/** True where every address of `inner` is one of `outer`. */
export function contains(outer: Cidr, inner: Cidr): boolean {
  return outer.prefix <= inner.prefix && overlaps(outer, inner);
}

/** True where an address is in both. */
export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.base < b.base + sizeOf(b.prefix) && b.base < a.base + sizeOf(a.prefix);
}

/** The part with this number of a range that is cut into parts of the given prefix. */
export function part(of: Cidr, prefix: number, index: number): Cidr {
  return { base: of.base + index * sizeOf(prefix), prefix };
}
