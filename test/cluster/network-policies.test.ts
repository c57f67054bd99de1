import { describe, expect, test } from "@jest/globals";
import {
  type WorkloadNetworkPolicy,
  workloadNetworkPolicies,
} from "../../components/cluster/network-policies.ts";
import { ENVIRONMENTS } from "../../components/shared/environments.ts";
import { NAMESPACES } from "../../components/shared/kubernetes/namespaces.ts";
import { applicationFlows, type FlowOptions } from "../../components/shared/network/application-flows.ts";
import { kubernetesObjects, planOf } from "../support/plans.ts";

const OPTIONS: FlowOptions = {
  players: { kind: "network", cidrs: ["0.0.0.0/0"] },
  gatewayPort: 8443,
  gameServer: { http: 8080, telemetry: 8081, discovery: 8087 },
  redis: { kind: "in-cluster", port: 6379 },
  database: { kind: "in-cluster", port: 5432 },
};

const ALL_FLOWS = applicationFlows(OPTIONS);

/** Every rule as `workload direction ports peer`, so that a dropped flow can be compared rule by rule. */
function describeRules(rules: readonly WorkloadNetworkPolicy[]): string[] {
  return rules.flatMap(({ workload, spec }) => {
    const lines = (direction: "ingress" | "egress") =>
      ((spec[direction] ?? []) as unknown[]).map(
        (rule) => `${workload} ${direction} ${JSON.stringify(rule)}`,
      );
    return [...lines("ingress"), ...lines("egress")];
  });
}

describe("the network policies match the declared flows exactly", () => {
  test.each(ALL_FLOWS.map((flow) => [flow.id, flow] as const))(
    "removing %s removes exactly its rules",
    (_id, dropped) => {
      const before = describeRules(workloadNetworkPolicies(ALL_FLOWS));
      const after = describeRules(workloadNetworkPolicies(ALL_FLOWS.filter((flow) => flow !== dropped)));
      const ends = [dropped.from, dropped.to].filter(({ kind }) => kind === "workload").length;
      const gone = before.filter((line) => !after.includes(line));
      expect(after.filter((line) => !before.includes(line))).toEqual([]);
      expect(gone).toHaveLength(ends);
      for (const { port } of dropped.ports)
        expect(gone.every((line) => line.includes(`"port":${port}`))).toBe(true);
    },
  );

  test("flow names are unique", () => {
    expect(new Set(ALL_FLOWS.map(({ id }) => id)).size).toBe(ALL_FLOWS.length);
  });

  test("an external database is reachable only at its configured networks", () => {
    const external = applicationFlows({
      ...OPTIONS,
      database: { kind: "external", port: 6432, cidrs: ["10.9.0.0/24"] },
    });
    const lines = describeRules(workloadNetworkPolicies(external));
    expect(lines.filter((line) => line.includes("10.9.0.0/24"))).toEqual([
      'game-server egress {"to":[{"ipBlock":{"cidr":"10.9.0.0/24"}}],"ports":[{"protocol":"TCP","port":6432}]}',
    ]);
    expect(lines.some((line) => line.startsWith("postgres "))).toBe(false);
  });

  test("game servers and databases are not reachable from outside the cluster", () => {
    const outside = describeRules(workloadNetworkPolicies(ALL_FLOWS)).filter(
      (line) => line.includes("ingress") && line.includes("ipBlock"),
    );
    expect(outside).toHaveLength(1);
    expect(outside[0]).toMatch(/^gateway ingress .*"port":8443/);
  });

  test.each(ENVIRONMENTS)("every namespace of %s denies all traffic by default", async (environment) => {
    const objects = kubernetesObjects(await planOf(environment));
    for (const namespace of NAMESPACES) {
      expect(objects.get(`NetworkPolicy/${namespace}/default-deny`)?.spec).toEqual({
        podSelector: {},
        policyTypes: ["Ingress", "Egress"],
      });
    }
  });
});
