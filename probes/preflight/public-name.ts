import { isIP } from "node:net";
import { defineCheck, notApplicable, passIf, type Verdict } from "../check.ts";
import type { ZoneDelegation } from "../client/dns.ts";

/** The zone must be at or below the configured one: a parent zone that answers is not the delegated one. */
export function evaluateDelegation(
  name: string,
  found: ZoneDelegation | undefined,
  expectedZone: string | undefined,
): Verdict {
  const silent = found?.servers.filter(({ serial }) => serial === undefined) ?? [];
  const isExpected = found !== undefined && (expectedZone === undefined || found.zone === expectedZone);
  const servers = found?.servers.map(({ name: server }) => server) ?? [];
  return passIf(isExpected && servers.length > 0 && silent.length === 0, {
    reason: !isExpected
      ? "The DNS zone of the public name is not delegated."
      : "Some name servers of the zone do not answer for it.",
    expected: `the zone ${expectedZone ?? `of ${name}`} with name servers that all return its SOA record`,
    seen:
      found === undefined
        ? `no NS record at or above ${name}`
        : silent.length === 0
          ? `${found.zone} at ${servers.join(", ")}`
          : silent.map(({ name: server, problem }) => `${server}: ${problem}`).join("; "),
    remedy:
      "Set the NS records of the zone at its registrar or in the parent zone to the name servers that the zone lists.",
  });
}

export const publicName = defineCheck({
  suite: "preflight",
  name: "public-name",
  title: "The DNS zone of the public name is delegated, and each of its name servers answers for it.",
  findings: ["delegated"],
  async run({ target, zone }) {
    const name = target.serverName;
    if (isIP(name) !== 0 || !name.includes("."))
      return { findings: { delegated: notApplicable("the environment has no public name") } };
    const found = await zone(name);
    return {
      findings: { delegated: evaluateDelegation(name, found, target.expected.dnsZone) },
      ...(found === undefined ? {} : { measured: { zone: found.zone, name_servers: found.servers.length } }),
    };
  },
});
