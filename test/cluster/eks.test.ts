import { describe, expect, test } from "@jest/globals";
import type { JsonObject, Plan, PlannedResource } from "../../plan/plan.ts";
import { findResource, planOf } from "../support/plans.ts";

const AWS_ENVIRONMENTS = ["staging", "production"] as const;

const plans: Readonly<Record<string, Promise<Plan>>> = {
  staging: planOf("staging"),
  production: planOf("production"),
};

async function inputs(environment: string, name: string): Promise<JsonObject> {
  return findResource((await plans[environment]) as Plan, name).inputs;
}

function ofType(plan: Plan, ending: string): PlannedResource[] {
  return plan.resources.filter(({ type }) => type.endsWith(`:${ending}`));
}

describe.each(AWS_ENVIRONMENTS)("the EKS cluster of %s", (environment) => {
  test("has all three Auto Mode switches enabled, because EKS rejects a cluster in which they differ", async () => {
    expect(await inputs(environment, "cluster-control-plane-cluster")).toMatchObject({
      computeConfig: { enabled: true },
      storageConfig: { blockStorage: { enabled: true } },
      kubernetesNetworkConfig: { elasticLoadBalancing: { enabled: true } },
      bootstrapSelfManagedAddons: false,
    });
  });

  test("disables the built-in EKS node pools and therefore has no node role", async () => {
    const { computeConfig } = await inputs(environment, "cluster-control-plane-cluster");
    expect(computeConfig).toEqual({ enabled: true });
  });

  test("uses the authentication mode API, without implicit access for the creator", async () => {
    const { accessConfig } = await inputs(environment, "cluster-control-plane-cluster");
    expect(accessConfig).toEqual({
      authenticationMode: "API",
      bootstrapClusterCreatorAdminPermissions: false,
    });
  });

  test("encrypts Secrets with a dedicated KMS key", async () => {
    const { encryptionConfig } = await inputs(environment, "cluster-control-plane-cluster");
    expect(encryptionConfig).toEqual({
      provider: { keyArn: "generated:cluster-keys-secrets.arn" },
      resources: ["secrets"],
    });
  });

  test("has a private endpoint, and a public endpoint for configured networks only", async () => {
    const { vpcConfig } = await inputs(environment, "cluster-control-plane-cluster");
    expect(vpcConfig).toMatchObject({ endpointPrivateAccess: true, endpointPublicAccess: true });
    expect((vpcConfig as JsonObject).publicAccessCidrs).toEqual(["198.51.100.0/24"]);
  });

  test("writes all control-plane logs to an encrypted log group with a retention that is created first", async () => {
    const cluster = findResource((await plans[environment]) as Plan, "cluster-control-plane-cluster");
    expect(cluster.inputs.enabledClusterLogTypes).toEqual([
      "api",
      "audit",
      "authenticator",
      "controllerManager",
      "scheduler",
    ]);
    const group = findResource((await plans[environment]) as Plan, "cluster-control-plane-logs");
    expect(group.inputs).toEqual({
      name: `/aws/eks/${cluster.inputs.name}/cluster`,
      retentionInDays: environment === "production" ? 365 : 30,
      kmsKeyId: "generated:cluster-keys-logs.arn",
    });
    expect(cluster.dependsOn).toContain(group.urn);
  });

  test("is deleted before its role's policies, so that it can clean up", async () => {
    const plan = (await plans[environment]) as Plan;
    const { dependsOn } = findResource(plan, "cluster-control-plane-cluster");
    const policies = [...ofType(plan, "RolePolicyAttachment"), ...ofType(plan, "RolePolicy")].filter(
      ({ name }) => name.startsWith("cluster-control-plane-"),
    );
    expect(policies).toHaveLength(9);
    for (const { urn } of policies) expect(dependsOn).toContain(urn);
  });

  test("has a kubeconfig without credentials, which uses the role of the run", async () => {
    const { kubeconfig } = await inputs(environment, "cluster-provider");
    const { users } = JSON.parse(kubeconfig as string);
    expect(users).toHaveLength(1);
    expect(Object.keys(users[0].user)).toEqual(["exec"]);
  });

  test("has access entries for administrators, on-call engineers, the pipelines and the nodes of the node class", async () => {
    const plan = (await plans[environment]) as Plan;
    const entries = ofType(plan, "AccessEntry").map(({ inputs: entry }) => [entry.principalArn, entry.type]);
    expect(entries).toEqual([
      ["arn:aws:iam::000000000000:role/spacetime-vr-administrators", "STANDARD"],
      [`arn:aws:iam::000000000000:role/spacetime-vr-ci-deploy-${environment}`, "STANDARD"],
      ["generated:cluster-control-plane-node-role.arn", "EC2"],
      ["arn:aws:iam::000000000000:role/spacetime-vr-on-call", "STANDARD"],
      [`arn:aws:iam::000000000000:role/spacetime-vr-ci-preview-${environment}`, "STANDARD"],
    ]);
    const granted = ofType(plan, "AccessPolicyAssociation").map(({ inputs: association }) => [
      association.principalArn,
      (association.policyArn as string).split("/")[1],
    ]);
    expect(granted).toEqual([
      ["arn:aws:iam::000000000000:role/spacetime-vr-administrators", "AmazonEKSClusterAdminPolicy"],
      [`arn:aws:iam::000000000000:role/spacetime-vr-ci-deploy-${environment}`, "AmazonEKSClusterAdminPolicy"],
      ["generated:cluster-control-plane-node-role.arn", "AmazonEKSAutoNodePolicy"],
      [`arn:aws:iam::000000000000:role/spacetime-vr-ci-preview-${environment}`, "AmazonEKSAdminViewPolicy"],
    ]);
  });

  test("grants on-call engineers read access through an RBAC role in each namespace", async () => {
    const { kubernetesGroups } = await inputs(environment, "cluster-access-observer-spacetime-vr-on-call");
    const binding = await inputs(environment, "namespaces-spacetime-observers");
    const [subject] = binding.subjects as unknown as { name: string }[];
    expect(kubernetesGroups).toEqual([subject?.name]);
  });

  test("has a Kubernetes provider that depends on the deployer's access entry", async () => {
    const plan = (await plans[environment]) as Plan;
    expect(findResource(plan, "cluster-provider").dependsOn).toEqual([
      findResource(plan, "cluster-access").urn,
    ]);
  });
});

describe("resources with player data or its keys are protected in production but not in staging", () => {
  const precious = (plan: Plan) =>
    plan.resources
      .filter(({ name, protect }) => protect && name.startsWith("cluster-"))
      .map(({ name }) => name)
      .sort();

  test("the cluster, its network, keys and logs", async () => {
    expect(precious((await plans.production) as Plan)).toEqual([
      "cluster-control-plane-cluster",
      "cluster-control-plane-logs",
      "cluster-keys-data",
      "cluster-keys-logs",
      "cluster-keys-secrets",
      "cluster-keys-volumes",
      "cluster-network-flow-logs-group",
      "cluster-network-vpc",
    ]);
    expect(precious((await plans.staging) as Plan)).toEqual([]);
  });

  test("EKS deletion protection is enabled for production's cluster", async () => {
    expect((await inputs("production", "cluster-control-plane-cluster")).deletionProtection).toBe(true);
    expect((await inputs("staging", "cluster-control-plane-cluster")).deletionProtection).toBe(false);
  });

  test("the StorageClass retains volumes of deleted claims in production", async () => {
    expect((await inputs("production", "cluster-storage-gp3")).reclaimPolicy).toBe("Retain");
    expect((await inputs("staging", "cluster-storage-gp3")).reclaimPolicy).toBe("Delete");
  });
});

describe("an API server without public networks", () => {
  test("has no public endpoint and no public networks, which EKS would reject", async () => {
    const plan = await planOf("production", (values) => {
      values.cluster.access.publicCidrs = [];
    });
    const { vpcConfig } = findResource(plan, "cluster-control-plane-cluster").inputs;
    expect(vpcConfig).toMatchObject({ endpointPrivateAccess: true, endpointPublicAccess: false });
    expect(Object.keys(vpcConfig as JsonObject)).not.toContain("publicAccessCidrs");
  });
});

describe("the AWS provider", () => {
  test.each(AWS_ENVIRONMENTS)(
    "of %s is restricted to one account and has default tags",
    async (environment) => {
      const provider = await inputs(environment, "cluster-aws");
      expect(JSON.parse(provider.allowedAccountIds as string)).toEqual(["000000000000"]);
      expect(JSON.parse(provider.defaultTags as string).tags).toEqual({
        "cost-center": "spacetime-vr",
        project: "spacetime-vr",
        environment,
        "managed-by": "pulumi",
      });
    },
  );

  test.each(["local", "package"] as const)("does not exist in %s", async (environment) => {
    const { resources } = await planOf(environment);
    expect(resources.filter(({ type }) => type.startsWith("aws:") || type.endsWith(":aws"))).toEqual([]);
  });
});
