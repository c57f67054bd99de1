/** The kinds of subnets: with an internet gateway, with NAT, and without internet access. */
export type SubnetTier = "public" | "private" | "isolated";

/** The subnets of one availability zone. */
type ZoneSubnets = { readonly zone: string } & Readonly<Record<SubnetTier, string>>;

/** The subnets of a VPC, one entry per zone in the given order. */
export type SubnetPlan = readonly ZoneSubnets[];

/** AWS reserves the first four addresses and the last one of every subnet. */
const AWS_RESERVED_ADDRESSES = 5;

/** The range of prefix lengths that EC2 allows for a VPC. */
const MAX_VPC_PREFIX_LENGTH = 28;
const MIN_VPC_PREFIX_LENGTH = 16;

/** The share of each tier in the block of its zone, in prefix bits: half for pods, a sixteenth for each other tier. */
const TIER_PREFIX_BITS: Readonly<Record<SubnetTier, number>> = { private: 1, public: 4, isolated: 4 };

/** The offset of each tier in the block of its zone, in sixteenths; seven sixteenths are reserved. */
const TIER_OFFSET_SIXTEENTHS: Readonly<Record<SubnetTier, number>> = { private: 0, public: 8, isolated: 9 };

/**
 * The smallest subnet per tier. 27 usable addresses are enough for an NLB, which needs eight free addresses, and for a
 * Multi-AZ database with its replica. Pods use blocks of 16 addresses (/28 prefixes).
 */
const MAX_TIER_PREFIX_LENGTH: Readonly<Record<SubnetTier, number>> = {
  private: 24,
  public: 27,
  isolated: 27,
};

/** An IPv4 network as numbers. */
interface Ipv4Network {
  readonly first: number;
  readonly prefix: number;
}

/** Parses a network such as `10.20.0.0/16`, which the config schema has already validated. */
export function parseCidr(cidr: string): Ipv4Network {
  const [address = "", prefix = "32"] = cidr.split("/");
  return {
    first: address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0),
    prefix: Number(prefix),
  };
}

/** The number of addresses in a network. */
export function addressCount({ prefix }: Ipv4Network): number {
  return 2 ** (32 - prefix);
}

/** Formats a network in CIDR notation. */
export function formatCidr({ first, prefix }: Ipv4Network): string {
  const octets = [24, 16, 8, 0].map((bits) => Math.floor(first / 2 ** bits) % 256);
  return `${octets.join(".")}/${prefix}`;
}

/** The address at an offset from the first one of a network. */
export function addressAtOffset(cidr: string, offset: number): string {
  const { first } = parseCidr(cidr);
  return formatCidr({ first: first + offset, prefix: 32 }).replace("/32", "");
}

/** Whether two networks overlap. */
export function cidrsOverlap(a: Ipv4Network, b: Ipv4Network): boolean {
  return a.first < b.first + addressCount(b) && b.first < a.first + addressCount(a);
}

/** The number of addresses of a subnet that EC2 can assign. */
export function usableAddressCount(cidr: string): number {
  return addressCount(parseCidr(cidr)) - AWS_RESERVED_ADDRESSES;
}

/**
 * Divides the CIDR block of a VPC into a public, a private and an isolated subnet per zone. The number of blocks is a power
 * of two (three zones use three of four), so adding a zone changes existing subnets only beyond such a power.
 * @throws Error if the block is too small for the number of zones, or not a valid size for a VPC.
 */
export function calculateSubnetPlan(cidr: string, zones: readonly string[]): SubnetPlan {
  const vpc = parseCidr(cidr);
  const zoneBits = Math.ceil(Math.log2(zones.length));
  const zonePrefix = vpc.prefix + zoneBits;
  if (zones.length === 0) throw new Error(`${cidr}: at least one zone is required.`);
  if (vpc.prefix < MIN_VPC_PREFIX_LENGTH || vpc.prefix > MAX_VPC_PREFIX_LENGTH)
    throw new Error(
      `${cidr}: a VPC has a prefix from /${MIN_VPC_PREFIX_LENGTH} to /${MAX_VPC_PREFIX_LENGTH}.`,
    );
  for (const tier of SUBNET_TIERS) {
    const prefix = zonePrefix + TIER_PREFIX_BITS[tier];
    if (prefix > MAX_TIER_PREFIX_LENGTH[tier]) {
      throw new Error(
        `${cidr} is too small for ${zones.length} zones: each ${tier} subnet would be a /${prefix}, but must be at least a /${MAX_TIER_PREFIX_LENGTH[tier]}.`,
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

/** All tiers, in the order of diagrams and lists. */
export const SUBNET_TIERS: readonly SubnetTier[] = ["public", "private", "isolated"];
