import { type Cidr, part, sizeOf } from "./cidr";

/** Longest prefix that AWS takes for a subnet. */
export const SMALLEST_SUBNET = 28;

// A public subnet holds a NAT gateway and, in one zone, the master.
const PUBLIC_SIZE = 26;

// AWS keeps the first four addresses of a subnet and the last one.
const KEPT_BY_AWS = 5;
// A mount target of the share, and a database with its standby or successor.
const KEPT_FOR_STORES = 3;

/** The subnets of one zone. */
export interface ZoneSubnets<T> {
  readonly public: T;
  readonly private: T;
}

/**
 * Cuts a range into subnets for a number of zones: the lower half for the private ones, which hold
 * the nodes, as large as fits; public ones of 64 addresses from the middle on. Where a zone is added,
 * the others keep their subnets as long as the number stays within the same power of two.
 *
 * @returns undefined where the range is too small for it.
 */
export function planSubnets(network: Cidr, zones: number): ZoneSubnets<Cidr>[] | undefined {
  const shares = 2 ** Math.ceil(Math.log2(zones));
  const wide = network.prefix + 1 + Math.log2(shares);
  if (wide > SMALLEST_SUBNET) return undefined;
  const narrow = Math.min(SMALLEST_SUBNET, Math.max(wide, PUBLIC_SIZE));
  const middle = part(network, network.prefix + 1, 1);
  return Array.from({ length: zones }, (_, zone) => ({
    private: part(network, wide, zone),
    public: part(middle, narrow, zone),
  }));
}

/** How many nodes find an address in private subnets of these prefixes. */
export function roomFor(prefixes: readonly number[]): number {
  const rooms = prefixes.map((prefix) => sizeOf(prefix) - KEPT_BY_AWS - KEPT_FOR_STORES);
  return rooms.reduce((sum, room) => sum + room, 0);
}
