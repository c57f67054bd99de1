import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  addressAtOffset,
  addressCount,
  calculateSubnetPlan,
  cidrsOverlap,
  formatCidr,
  parseCidr,
  SUBNET_TIERS,
  usableAddressCount,
} from "../../components/shared/aws/subnet-plan.ts";

const ZONES = ["a", "b", "c", "d", "e", "f", "g", "h"].map((letter) => `eu-central-1${letter}`);

/** Any network that a VPC may have, and some that it may not. */
const arbitraryNetwork = fc
  .tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 8, max: 32 }))
  .map(([address, prefix]) => {
    const block = 2 ** (32 - prefix);
    return formatCidr({ first: Math.floor(address / block) * block, prefix });
  });

const arbitraryZones = fc.integer({ min: 1, max: ZONES.length }).map((count) => ZONES.slice(0, count));

function planSubnets(cidr: string, names: readonly string[]) {
  try {
    return {
      subnets: calculateSubnetPlan(cidr, names).flatMap((zone) => SUBNET_TIERS.map((tier) => zone[tier])),
    };
  } catch (error) {
    return { message: (error as Error).message };
  }
}

describe("for any network and zones", () => {
  test("subnets are inside the network, do not overlap, and are aligned to their size", () => {
    fc.assert(
      fc.property(arbitraryNetwork, arbitraryZones, (cidr, names) => {
        const { subnets } = planSubnets(cidr, names);
        if (subnets === undefined) return;
        const vpc = parseCidr(cidr);
        const parsed = subnets.map(parseCidr);
        expect(parsed).toHaveLength(names.length * SUBNET_TIERS.length);
        parsed.forEach((subnet, index) => {
          expect(subnet.first).toBeGreaterThanOrEqual(vpc.first);
          expect(subnet.first + addressCount(subnet)).toBeLessThanOrEqual(vpc.first + addressCount(vpc));
          expect(subnet.first % addressCount(subnet)).toBe(0);
          for (const other of parsed.slice(index + 1)) expect(cidrsOverlap(subnet, other)).toBe(false);
        });
      }),
    );
  });

  test("a valid network has at least 27 usable addresses per tier, and at least 251 for pods", () => {
    fc.assert(
      fc.property(arbitraryNetwork, arbitraryZones, (cidr, names) => {
        const plan = "subnets" in planSubnets(cidr, names) ? calculateSubnetPlan(cidr, names) : [];
        for (const zone of plan) {
          expect(usableAddressCount(zone.private)).toBeGreaterThanOrEqual(251);
          for (const tier of SUBNET_TIERS) expect(usableAddressCount(zone[tier])).toBeGreaterThanOrEqual(27);
        }
      }),
    );
  });

  test("a network that is too small is rejected with its range and the sizes that do not fit", () => {
    fc.assert(
      fc.property(arbitraryNetwork, arbitraryZones, (cidr, names) => {
        const { message } = planSubnets(cidr, names);
        if (message === undefined) return;
        expect(message).toContain(cidr);
        expect(message).toMatch(/\/\d{1,2}\b.*\/\d{1,2}\b.*\/\d{1,2}\b/);
      }),
    );
  });

  test("adding a zone within the same power of two does not change the existing subnets", () => {
    fc.assert(
      fc.property(arbitraryNetwork, fc.constantFrom(3, 5, 6, 7), (cidr, count) => {
        const before = planSubnets(cidr, ZONES.slice(0, count));
        if (before.subnets === undefined) return;
        const after = planSubnets(cidr, ZONES.slice(0, count + 1));
        expect(after.subnets?.slice(0, before.subnets.length)).toEqual(before.subnets);
      }),
    );
  });
});

describe("the subnets of", () => {
  test("10.20.0.0/16 over three zones match the documented layout", () => {
    expect(calculateSubnetPlan("10.20.0.0/16", ZONES.slice(0, 3))).toEqual([
      {
        zone: "eu-central-1a",
        private: "10.20.0.0/19",
        public: "10.20.32.0/22",
        isolated: "10.20.36.0/22",
      },
      {
        zone: "eu-central-1b",
        private: "10.20.64.0/19",
        public: "10.20.96.0/22",
        isolated: "10.20.100.0/22",
      },
      {
        zone: "eu-central-1c",
        private: "10.20.128.0/19",
        public: "10.20.160.0/22",
        isolated: "10.20.164.0/22",
      },
    ]);
  });

  test("a range that is too small is reported with the required size", () => {
    expect(() => calculateSubnetPlan("10.20.0.0/22", ZONES.slice(0, 3))).toThrow(
      "10.20.0.0/22 is too small for 3 zones: each public subnet would be a /28, but must be at least a /27.",
    );
  });

  test("the cluster's DNS has the tenth address of the Services' range", () => {
    expect(addressAtOffset("172.20.0.0/16", 10)).toBe("172.20.0.10");
  });
});
