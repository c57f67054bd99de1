/** The three kinds of subnet: with an internet gateway, with a way out through NAT, with neither. */
export type SubnetTier = "public" | "private" | "isolated";

/** The subnets of one availability zone. */
export type ZoneSubnets = { readonly zone: string } & Readonly<Record<SubnetTier, string>>;

/** The subnets of a VPC, a zone each in the order given. */
export type SubnetPlan = readonly ZoneSubnets[];

/** AWS keeps the first four addresses and the last one of every subnet. */
export const AWS_RESERVED_ADDRESSES = 5;

/** EC2 takes no VPC and no subnet smaller than this prefix, and none larger than /16. */
const MAX_VPC_PREFIX_LENGTH = 28;
const MIN_VPC_PREFIX_LENGTH = 16;

/** How many bits longer than its zone's block each tier's prefix is: half for pods, a sixteenth for each of the others. */
const TIER_PREFIX_BITS: Readonly<Record<SubnetTier, number>> = { private: 1, public: 4, isolated: 4 };

/** Where each tier's subnet starts in its zone's block, in sixteenths; seven sixteenths stay free for later. */
const TIER_OFFSET_SIXTEENTHS: Readonly<Record<SubnetTier, number>> = { private: 0, public: 8, isolated: 9 };

/**
 * The least prefix bits a tier may have left: an NLB wants eight free addresses per subnet, a Multi-AZ database with its
 * replica and failover a handful, so 27 usable addresses are enough; pods come in blocks of 16 (/28 prefixes).
 */
const MAX_TIER_PREFIX_LENGTH: Readonly<Record<SubnetTier, number>> = {
  private: 24,
  public: 27,
  isolated: 27,
};

/** An IPv4 network as numbers. */
export interface Ipv4Network {
  readonly first: number;
  readonly prefix: number;
}

/** Reads `10.20.0.0/16`. The text is known to be a network: the config's schema saw to it. */
export function parseCidr(cidr: string): Ipv4Network {
  const [address = "", prefix = "32"] = cidr.split("/");
  return {
    first: address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0),
    prefix: Number(prefix),
  };
}

/** How many addresses a network has. */
export function addressCount({ prefix }: Ipv4Network): number {
  return 2 ** (32 - prefix);
}

/** Writes a network as text again. */
export function formatCidr({ first, prefix }: Ipv4Network): string {
  const octets = [24, 16, 8, 0].map((bits) => Math.floor(first / 2 ** bits) % 256);
  return `${octets.join(".")}/${prefix}`;
}

/** The address at a distance from a network's first one. */
export function addressAtOffset(cidr: string, distance: number): string {
  const { first } = parseCidr(cidr);
  return formatCidr({ first: first + distance, prefix: 32 }).replace("/32", "");
}

/** Whether two networks share an address. */
export function cidrsOverlap(a: Ipv4Network, b: Ipv4Network): boolean {
  return a.first < b.first + addressCount(b) && b.first < a.first + addressCount(a);
}

/** The addresses of a subnet that EC2 gives out. */
export function usableAddressCount(cidr: string): number {
  return addressCount(parseCidr(cidr)) - AWS_RESERVED_ADDRESSES;
}

/**
 * Cuts a VPC's range into a public, a private and an isolated subnet for each zone. The blocks are counted in powers of two
 * (three zones take three of four), so a zone that is added later moves no subnet unless it crosses such a power.
 * @throws Error with the numbers when the range is too small for that many zones, or larger than a VPC may be.
 */
export function calculateSubnetPlan(cidr: string, zones: readonly string[]): SubnetPlan {
  const vpc = parseCidr(cidr);
  const zoneBits = Math.ceil(Math.log2(zones.length));
  const zonePrefix = vpc.prefix + zoneBits;
  if (zones.length === 0) throw new Error(`${cidr}: a network needs at least one zone.`);
  if (vpc.prefix < MIN_VPC_PREFIX_LENGTH || vpc.prefix > MAX_VPC_PREFIX_LENGTH)
    throw new Error(
      `${cidr}: a VPC has a prefix from /${MIN_VPC_PREFIX_LENGTH} to /${MAX_VPC_PREFIX_LENGTH}.`,
    );
  for (const tier of SUBNET_TIERS) {
    const prefix = zonePrefix + TIER_PREFIX_BITS[tier];
    if (prefix > MAX_TIER_PREFIX_LENGTH[tier]) {
      throw new Error(
        `${cidr} is too small for ${zones.length} zones: each ${tier} subnet would be a /${prefix}, and /${MAX_TIER_PREFIX_LENGTH[tier]} is the least.`,
      );
    }
  }
  const zoneSize = 2 ** (32 - zonePrefix);
  return zones.map((zone, index) => {
    const start = vpc.first + index * zoneSize;
    const subnet = (tier: SubnetTier) =>
      formatCidr({
        first: start + TIER_OFFSET_SIXTEENTHS[tier] * (zoneSize / 16),
        prefix: zonePrefix + TIER_PREFIX_BITS[tier],
      });
    return { zone, public: subnet("public"), private: subnet("private"), isolated: subnet("isolated") };
  });
}

/** Every tier, in the order in which pictures and lists show them. */
export const SUBNET_TIERS: readonly SubnetTier[] = ["public", "private", "isolated"];
