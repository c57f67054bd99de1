import { defineCheck, notApplicable, passIf } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import { type ExternalAddress, plannedRegistries } from "../target/external-addresses.ts";

/** The addresses of the configuration and of the planned images, each once. */
export function requiredAddresses({ expected, planned = [] }: CheckContext["target"]): ExternalAddress[] {
  const all = [...(expected.externalAddresses ?? []), ...plannedRegistries(planned)];
  const byEndpoint = new Map(all.map((address) => [`${address.host}:${address.port}`, address]));
  return [...byEndpoint.values()];
}

export const connectivity = defineCheck({
  suite: "preflight",
  name: "connectivity",
  title:
    "The platform can connect to the image registries and to every external address in the configuration.",
  findings: ["reachable"],
  async run({ target, connections }) {
    const unknown = (reason: string) => ({ findings: { reachable: notApplicable(reason) } });
    const required = requiredAddresses(target);
    if (required.length === 0) return unknown("the configuration has no external address");
    if (connections === undefined)
      return unknown("only a pod can tell what the cluster reaches: add --start-pod to start one");
    const reached = await connections(required);
    const missing = required.filter((address) => !reached.includes(address));
    return {
      findings: {
        reachable: passIf(missing.length === 0, {
          reason: "The platform cannot connect to some addresses.",
          expected: `connections to ${required.length} addresses`,
          seen: `no connection to ${missing.map(({ host, port, purpose }) => `${host}:${port} (${purpose})`).join(", ")}`,
          remedy: "Open the firewall, the NAT gateway or the proxy for these addresses.",
        }),
      },
      measured: { addresses: required.length },
    };
  },
});
