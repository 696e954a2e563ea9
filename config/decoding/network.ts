import type { AwsAccess, AwsNetwork, ZoneConfig } from "../awsModel";
import type { Key } from "../keys/key";
import { networkKeys as keys } from "../keys/network";
import { type Cidr, contains, formatCidr, overlaps } from "../network/cidr";
import { planSubnets, roomFor, SMALLEST_SUBNET, type ZoneSubnets } from "../network/plan";
import type { Reader } from "./reader";

/** A network, and how many nodes find an address in it; unknown where the site made it. */
export interface DecodedNetwork {
  readonly network: AwsNetwork;
  readonly room?: number;
}

// Wider ranges are whole continents.
const WIDEST = 8;

/** Decodes the VPC of `antares:network`: an existing one, or one to be made. */
export function decodeNetwork(reader: Reader): DecodedNetwork {
  if (!reader.has(keys.vpc)) {
    reader.forbid([keys.privateSubnets, keys.publicSubnets]);
    return decodeOwn(reader);
  }
  reader.forbid([keys.cidr, keys.zones, keys.privateCidrs, keys.publicCidrs, keys.nat]);
  const network = {
    kind: "existing",
    vpc: reader.required(keys.vpc),
    privateSubnets: reader.required(keys.privateSubnets),
    publicSubnets: reader.required(keys.publicSubnets),
  } as const;
  return { network };
}

function decodeOwn(reader: Reader): DecodedNetwork {
  const cidr = reader.optional(keys.cidr) ?? keys.cidr.sample;
  const zones = reader.optional(keys.zones) ?? keys.zones.sample;
  const nat = reader.value(keys.nat);
  const isGiven = reader.has(keys.privateCidrs) || reader.has(keys.publicCidrs);
  const subnets = isGiven
    ? givenSubnets(reader, { cidr, zones: zones.length })
    : plannedSubnets(reader, { cidr, zones: zones.length });
  const configured = zones.flatMap((zone, i): ZoneConfig[] => {
    const own = subnets[i];
    if (own === undefined) return [];
    return [{ zone, private: formatCidr(own.private), public: formatCidr(own.public) }];
  });
  const network = { kind: "own", cidr: formatCidr(cidr), zones: configured, nat } as const;
  return { network, room: roomFor(subnets.map((zone) => zone.private.prefix)) };
}

interface Wanted {
  readonly cidr: Cidr;
  readonly zones: number;
}

function plannedSubnets(reader: Reader, { cidr, zones }: Wanted): ZoneSubnets<Cidr>[] {
  const planned = planSubnets(cidr, zones);
  if (planned === undefined && reader.sound(keys.cidr, keys.zones)) {
    const widest = SMALLEST_SUBNET - 1 - Math.ceil(Math.log2(zones));
    reader.refuse(keys.cidr, `a range of /${widest} or wider: it has to hold ${zones} zones`);
  }
  return planned ?? [];
}

/** The operator's own; what is wrong with one range hides nothing of the others. */
function givenSubnets(reader: Reader, { cidr, zones }: Wanted): ZoneSubnets<Cidr>[] {
  const own = { private: keys.privateCidrs, public: keys.publicCidrs };
  const ranges = { private: reader.required(own.private), public: reader.required(own.public) };
  const seen: Cidr[] = [];
  for (const kind of ["private", "public"] as const) {
    if (!reader.sound(own[kind])) continue;
    checkRanges(reader, own[kind], { ranges: ranges[kind], cidr, zones, seen });
    seen.push(...ranges[kind]);
  }
  return ranges.private.flatMap((one, i) => {
    const other = ranges.public[i];
    return other === undefined ? [] : [{ private: one, public: other }];
  });
}

function checkRanges(
  reader: Reader,
  row: Key<readonly Cidr[]>,
  given: Wanted & { readonly ranges: readonly Cidr[]; readonly seen: readonly Cidr[] },
): void {
  const { ranges, cidr, zones, seen } = given;
  if (reader.sound(keys.zones) && ranges.length !== zones) {
    reader.refuse(row, `${zones} ranges, one for each of network.zones`);
  }
  ranges.forEach((range, i) => {
    const text = formatCidr(range);
    if (range.prefix > SMALLEST_SUBNET) {
      reader.refuse(row, `ranges of /${SMALLEST_SUBNET} or wider: ${text} is too small`);
    }
    if (reader.sound(keys.cidr) && !contains(cidr, range)) {
      reader.refuse(row, `ranges within network.cidr (${formatCidr(cidr)}): ${text} is outside`);
    }
    const other = [...seen, ...ranges.slice(0, i)].find((earlier) => overlaps(earlier, range));
    if (other === undefined) return;
    reader.refuse(row, `ranges that do not overlap: ${text} and ${formatCidr(other)} do`);
  });
}

/** Decodes who may come from outside. */
export function decodeAccess(reader: Reader): AwsAccess {
  const isOpen = reader.value(keys.openToWorld);
  const ranges = (row: Key<readonly Cidr[]>, given: readonly Cidr[]): readonly string[] => {
    const wide = given.find(({ prefix }) => prefix < WIDEST);
    if (wide !== undefined && !isOpen && reader.sound(row, keys.openToWorld)) {
      const expected = `ranges of /${WIDEST} or narrower, or network.openToWorld: ${formatCidr(wide)}`;
      reader.refuse(row, `${expected} is too wide`);
    }
    return given.map(formatCidr);
  };
  return {
    sshFrom: ranges(keys.sshFrom, reader.required(keys.sshFrom)),
    statusPageFrom: ranges(keys.statusPageFrom, reader.optional(keys.statusPageFrom) ?? []),
  };
}
