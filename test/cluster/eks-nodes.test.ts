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

describe.each(AWS_ENVIRONMENTS)("NetworkPolicies of %s are enforced", (environment) => {
  test("the network policy controller is enabled before any node starts", async () => {
    const plan = (await plans[environment]) as Plan;
    const config = kubernetesObjects(plan).get("ConfigMap/kube-system/amazon-vpc-cni");
    expect(config?.data).toEqual({ "enable-network-policy-controller": "true" });
    const switched = findResource(plan, "cluster-nodes-network-policies").urn;
    expect(findResource(plan, "cluster-nodes-class").dependsOn).toContain(switched);
  });

  test("the node class enables enforcement and logging of denied traffic", async () => {
    expect(await resourceSpec(environment, "cluster-nodes-class")).toMatchObject({
      networkPolicy: "DefaultAllow",
      networkPolicyEventLogs: "Enabled",
    });
  });

  test("DNS lookups are allowed to the DNS Service's address, because Auto Mode has no DNS pods", async () => {
    const objects = kubernetesObjects((await plans[environment]) as Plan);
    const policy = JSON.stringify(objects.get("NetworkPolicy/spacetime/game-server")?.spec);
    expect(policy).toContain('"ipBlock":{"cidr":"172.20.0.10/32"}');
    expect(policy).not.toContain("kube-dns");
  });

  test("every workload depends on the complete cluster", async () => {
    const plan = (await plans[environment]) as Plan;
    expect(findResource(plan, "namespaces").dependsOn).toEqual([findResource(plan, "cluster").urn]);
  });
});

describe.each(AWS_ENVIRONMENTS)("the node class of %s", (environment) => {
  test("is not named default, which EKS reserves", async () => {
    const { metadata } = findResource((await plans[environment]) as Plan, "cluster-nodes-class").inputs;
    expect((metadata as JsonObject).name).toBe("spacetime-vr");
  });

  test("has the nodes' role, the private subnets of every zone and the cluster security group", async () => {
    const nodeClass = await resourceSpec(environment, "cluster-nodes-class");
    expect(nodeClass.role).toBe(`spacetime-vr-${environment}-node`);
    expect(nodeClass.subnetSelectorTerms).toHaveLength(3);
    expect(JSON.stringify(nodeClass.subnetSelectorTerms)).not.toMatch(/public|isolated/);
    expect(nodeClass.securityGroupSelectorTerms).toEqual([
      { id: "generated:cluster-control-plane-cluster.vpcConfig.clusterSecurityGroupId" },
    ]);
  });

  test("encrypts the nodes' disks with the project's KMS key and sets the same tags as the provider", async () => {
    const { ephemeralStorage, tags } = await resourceSpec(environment, "cluster-nodes-class");
    expect((ephemeralStorage as JsonObject).kmsKeyID).toBe("generated:cluster-keys-volumes.arn");
    const provider = findResource((await plans[environment]) as Plan, "cluster-aws").inputs;
    expect(tags).toEqual(JSON.parse(provider.defaultTags as string).tags);
  });

  test("has the permission for these tags, which the managed policies do not grant", async () => {
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
    "%s: on-demand instances of generation 5 or later, in every zone, with a CPU limit",
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
    "%s: drift replaces nodes, and expiry, which ignores the budgets, is as late as EKS allows",
    async (pool) => {
      const { template } = await poolSpec(environment, pool);
      const hours = (text: string) => Number(text.replace("h", ""));
      const { expireAfter, terminationGracePeriod } = template.spec;
      expect(hours(expireAfter) + hours(terminationGracePeriod)).toBe(21 * 24);
      expect(hours(terminationGracePeriod)).toBeGreaterThan(0);
    },
  );

  test("of the game servers are consolidated only when empty, and replaced one at a time at night", async () => {
    const { disruption } = await poolSpec(environment, "game");
    expect(disruption.consolidationPolicy).toBe("WhenEmpty");
    for (const hour of [0, 3, 12, 20])
      expect(allowedDisruptions(disruption.budgets, "Underutilized", hour)).toBe("0");
    expect(allowedDisruptions(disruption.budgets, "Drifted", 20)).toBe("0");
    expect(allowedDisruptions(disruption.budgets, "Drifted", 3)).toBe("1");
    expect(allowedDisruptions(disruption.budgets, "Empty", 20)).toBe("100%");
  });

  test("of gateways and databases are disrupted only at night", async () => {
    const { disruption } = await poolSpec(environment, "system");
    for (const reason of ["Underutilized", "Drifted"]) {
      expect(allowedDisruptions(disruption.budgets, reason, 20)).toBe("0");
      expect(allowedDisruptions(disruption.budgets, reason, 3)).toBe("10%");
    }
    expect(allowedDisruptions(disruption.budgets, "Empty", 20)).toBe("10%");
  });

  test("do not use the names of the built-in EKS pools", async () => {
    const plan = (await plans[environment]) as Plan;
    const names = POOLS.map(
      (pool) => findResource(plan, `cluster-nodes-${pool}`).inputs.metadata as JsonObject,
    );
    for (const { name } of names) expect(["system", "general-purpose"]).not.toContain(name);
  });

  test("monitoring runs on dedicated nodes, so that it does not slow down game servers", async () => {
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

  test("only game servers run on game nodes", async () => {
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

describe.each(["local", "package"] as const)("in %s, on an existing cluster,", (environment) => {
  test("pods have no node selector and resolve names through the cluster's DNS pods", async () => {
    const plan = await planOf(environment);
    expect(JSON.stringify([...podTemplates(plan).values()])).not.toMatch(
      /nodeSelector|tolerations|karpenter/,
    );
    const objects = kubernetesObjects(plan);
    expect(JSON.stringify(objects.get("NetworkPolicy/spacetime/game-server")?.spec)).toContain("kube-dns");
  });
});
