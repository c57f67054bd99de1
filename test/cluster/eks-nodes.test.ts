import { describe, expect, test } from "@jest/globals";
import type { Json, JsonObject, Plan } from "../../plan/plan.ts";
import { findResource, kubernetesObjects, planOf, podTemplates } from "../support/plans.ts";

const AWS_ENVIRONMENTS = ["staging", "production"] as const;
const POOLS = ["game", "system", "monitoring"] as const;

const plans: Readonly<Record<string, Promise<Plan>>> = {
  staging: planOf("staging"),
  production: planOf("production"),
};

interface PoolSpec {
  readonly template: {
    readonly metadata: { readonly labels: Record<string, string> };
    readonly spec: {
      readonly taints?: readonly JsonObject[];
      readonly requirements: readonly { key: string; operator: string; values: string[] }[];
      readonly expireAfter: string;
      readonly terminationGracePeriod: string;
    };
  };
  readonly limits: Record<string, string>;
  readonly disruption: { readonly consolidationPolicy: string; readonly budgets: readonly Budget[] };
}

interface Budget {
  readonly nodes: string;
  readonly reasons?: readonly string[];
  readonly schedule?: string;
  readonly duration?: string;
}

async function resourceSpec(environment: string, name: string): Promise<JsonObject> {
  return findResource((await plans[environment]) as Plan, name).inputs.spec as JsonObject;
}

async function poolSpec(environment: string, pool: string): Promise<PoolSpec> {
  return (await resourceSpec(environment, `cluster-nodes-${pool}`)) as unknown as PoolSpec;
}

/** The most nodes that may go at once for a reason at an hour (UTC), as Karpenter counts: the tightest budget that applies. */
function allowedDisruptions(budgets: readonly Budget[], reason: string, hour: number): string {
  const applies = budgets.filter(({ reasons, schedule, duration }) => {
    if (reasons !== undefined && !reasons.includes(reason)) return false;
    if (schedule === undefined) return true;
    const start = Number(schedule.split(" ")[1]);
    return (hour - start + 24) % 24 < Number(duration?.replace("h", ""));
  });
  const counts = applies
    .map(({ nodes }) => nodes)
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  return counts[0] ?? "all";
}

/** What a pod template says of the nodes that it wants. */
function placementOf(pod: Json | undefined) {
  const { spec: podSpec, metadata } = pod as unknown as { spec: JsonObject; metadata: JsonObject };
  const annotations = (metadata.annotations ?? {}) as JsonObject;
  return {
    nodeSelector: podSpec.nodeSelector ?? null,
    tolerations: podSpec.tolerations ?? [],
    undisturbed: annotations["karpenter.sh/do-not-disrupt"] ?? null,
  };
}

describe.each(AWS_ENVIRONMENTS)("NetworkPolicies of %s are enforced, not merely stored", (environment) => {
  test("the controller is switched on before any node starts", async () => {
    const plan = (await plans[environment]) as Plan;
    const config = kubernetesObjects(plan).get("ConfigMap/kube-system/amazon-vpc-cni");
    expect(config?.data).toEqual({ "enable-network-policy-controller": "true" });
    const switched = findResource(plan, "cluster-nodes-network-policies").urn;
    expect(findResource(plan, "cluster-nodes-class").dependsOn).toContain(switched);
  });

  test("the node class lets its nodes enforce them, and log what they refuse", async () => {
    expect(await resourceSpec(environment, "cluster-nodes-class")).toMatchObject({
      networkPolicy: "DefaultAllow",
      networkPolicyEventLogs: "Enabled",
    });
  });

  test("names are still found: lookups go to the DNS Service's address, which no pod selector can name", async () => {
    const objects = kubernetesObjects((await plans[environment]) as Plan);
    const policy = JSON.stringify(objects.get("NetworkPolicy/spacetime/game-server")?.spec);
    expect(policy).toContain('"ipBlock":{"cidr":"172.20.0.10/32"}');
    expect(policy).not.toContain("kube-dns");
  });

  test("no workload stands before the cluster is whole", async () => {
    const plan = (await plans[environment]) as Plan;
    expect(findResource(plan, "namespaces").dependsOn).toEqual([findResource(plan, "cluster").urn]);
  });
});

describe.each(AWS_ENVIRONMENTS)("the node class of %s", (environment) => {
  test("is not called default, which is EKS' own", async () => {
    const { metadata } = findResource((await plans[environment]) as Plan, "cluster-nodes-class").inputs;
    expect((metadata as JsonObject).name).toBe("spacetime-vr");
  });

  test("names the nodes' role, private subnets of every zone and the cluster's own group", async () => {
    const nodeClass = await resourceSpec(environment, "cluster-nodes-class");
    expect(nodeClass.role).toBe(`spacetime-vr-${environment}-node`);
    expect(nodeClass.subnetSelectorTerms).toHaveLength(3);
    expect(JSON.stringify(nodeClass.subnetSelectorTerms)).not.toMatch(/public|isolated/);
    expect(nodeClass.securityGroupSelectorTerms).toEqual([
      { id: "generated:cluster-control-plane-cluster.vpcConfig.clusterSecurityGroupId" },
    ]);
  });

  test("encrypts the nodes' disks with our own key, and tags what EKS starts as the provider tags the rest", async () => {
    const { ephemeralStorage, tags } = await resourceSpec(environment, "cluster-nodes-class");
    expect((ephemeralStorage as JsonObject).kmsKeyID).toBe("generated:cluster-keys-volumes.arn");
    const provider = findResource((await plans[environment]) as Plan, "cluster-aws").inputs;
    expect(tags).toEqual(JSON.parse(provider.defaultTags as string).tags);
  });

  test("may put those tags on, which the managed policies do not allow", async () => {
    const { policy } = findResource(
      (await plans[environment]) as Plan,
      "cluster-control-plane-tagging",
    ).inputs;
    const actions = JSON.parse(policy as string).Statement.flatMap(
      ({ Action }: { Action: string[] }) => Action,
    );
    expect(actions).toEqual(
      expect.arrayContaining(["ec2:CreateFleet", "ec2:CreateVolume", "ec2:RunInstances"]),
    );
  });
});

describe.each(AWS_ENVIRONMENTS)("the node pools of %s", (environment) => {
  test.each(POOLS)(
    "%s: on-demand, in every zone, no older than generation 5, with a ceiling",
    async (pool) => {
      const { template, limits } = await poolSpec(environment, pool);
      const requirement = (key: string) => template.spec.requirements.find((entry) => entry.key === key);
      expect(requirement("karpenter.sh/capacity-type")?.values).toEqual(["on-demand"]);
      expect(requirement("topology.kubernetes.io/zone")?.values).toHaveLength(3);
      expect(requirement("eks.amazonaws.com/instance-generation")).toMatchObject({
        operator: "Gt",
        values: ["4"],
      });
      expect(Number(limits.cpu)).toBeGreaterThan(0);
    },
  );

  test.each(POOLS)(
    "%s: ends its nodes before EKS does, after 21 days, and never waits for ever",
    async (pool) => {
      const { template } = await poolSpec(environment, pool);
      const hours = (text: string) => Number(text.replace("h", ""));
      const { expireAfter, terminationGracePeriod } = template.spec;
      expect(hours(expireAfter) + hours(terminationGracePeriod)).toBeLessThanOrEqual(21 * 24);
      expect(hours(terminationGracePeriod)).toBeGreaterThan(0);
    },
  );

  test("never move a session to save money; for a new image one node at a time, at night", async () => {
    const { disruption } = await poolSpec(environment, "game");
    expect(disruption.consolidationPolicy).toBe("WhenEmpty");
    for (const hour of [0, 3, 12, 20])
      expect(allowedDisruptions(disruption.budgets, "Underutilized", hour)).toBe("0");
    expect(allowedDisruptions(disruption.budgets, "Drifted", 20)).toBe("0");
    expect(allowedDisruptions(disruption.budgets, "Drifted", 3)).toBe("1");
    expect(allowedDisruptions(disruption.budgets, "Empty", 20)).toBe("100%");
  });

  test("move gateways and stores at night alone", async () => {
    const { disruption } = await poolSpec(environment, "system");
    for (const reason of ["Underutilized", "Drifted"]) {
      expect(allowedDisruptions(disruption.budgets, reason, 20)).toBe("0");
      expect(allowedDisruptions(disruption.budgets, reason, 3)).toBe("10%");
    }
    expect(allowedDisruptions(disruption.budgets, "Empty", 20)).toBe("10%");
  });

  test("are not called like EKS' own", async () => {
    const plan = (await plans[environment]) as Plan;
    const names = POOLS.map(
      (pool) => findResource(plan, `cluster-nodes-${pool}`).inputs.metadata as JsonObject,
    );
    for (const { name } of names) expect(["system", "general-purpose"]).not.toContain(name);
  });

  test("the monitoring stands on nodes of its own, so that a busy scrape slows no game down", async () => {
    const { template } = await poolSpec(environment, "monitoring");
    const [taint] = template.spec.taints ?? [];
    const templates = podTemplates((await plans[environment]) as Plan);
    for (const name of ["StatefulSet/prometheus", "StatefulSet/alertmanager", "Deployment/grafana"]) {
      expect(placementOf(templates.get(name))).toMatchObject({
        nodeSelector: template.metadata.labels,
        tolerations: [{ ...taint, operator: "Equal" }],
      });
    }
  });

  test("game servers stand on game nodes, and no other pod does", async () => {
    const { template } = await poolSpec(environment, "game");
    const templates = podTemplates((await plans[environment]) as Plan);
    const [taint] = template.spec.taints ?? [];
    expect(taint).toMatchObject({ effect: "NoSchedule" });
    const game = placementOf(templates.get("Deployment/game-server-main"));
    expect(game).toEqual({
      nodeSelector: template.metadata.labels,
      tolerations: [{ ...taint, operator: "Equal" }],
      undisturbed: "true",
    });
    for (const [workload, pod] of templates) {
      if (workload === "Deployment/game-server-main") continue;
      expect([workload, placementOf(pod).nodeSelector]).not.toEqual([workload, game.nodeSelector]);
    }
  });
});

describe.each(["local", "package"] as const)(
  "in %s, where somebody else runs the cluster,",
  (environment) => {
    test("pods stand wherever they are let, and ask the cluster's own DNS pods for names", async () => {
      const plan = await planOf(environment);
      expect(JSON.stringify([...podTemplates(plan).values()])).not.toMatch(
        /nodeSelector|tolerations|karpenter/,
      );
      const objects = kubernetesObjects(plan);
      expect(JSON.stringify(objects.get("NetworkPolicy/spacetime/game-server")?.spec)).toContain("kube-dns");
    });
  },
);
