import { describe, expect, test } from "@jest/globals";
import type { JsonObject, Plan, PlannedResource } from "../../plan/plan.ts";
import { useExistingCluster } from "../support/filled-config.ts";
import { findResource, planOf } from "../support/plans.ts";

const production = planOf("production");

/** What Auto Mode has built in; as add-ons they would run twice and fight over the nodes. */
const AUTO_MODE_BUILT_INS = [
  "vpc-cni",
  "kube-proxy",
  "coredns",
  "aws-ebs-csi-driver",
  "eks-pod-identity-agent",
];

function addOnResources({ resources }: Plan): PlannedResource[] {
  return resources.filter(({ type }) => type === "aws:eks/addon:Addon");
}

function addOnNames(plan: Plan): string[] {
  return addOnResources(plan).map(({ inputs }) => inputs.addonName as string);
}

function resourceNameOfUrn(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

interface Policy {
  readonly Statement: readonly (JsonObject & {
    readonly Action: string | string[];
    readonly Resource: string;
  })[];
}

function policyStatements(plan: Plan, name: string): Policy["Statement"] {
  return (JSON.parse(findResource(plan, name).inputs.policy as string) as Policy).Statement;
}

describe("the add-ons of production", () => {
  test("are those that autoscaling, alerts, certificates and public DNS need, without those that Auto Mode includes", async () => {
    const installed = addOnNames(await production);
    expect(installed).toEqual(
      expect.arrayContaining([
        "cert-manager",
        "external-dns",
        "kube-state-metrics",
        "metrics-server",
        "prometheus-node-exporter",
      ]),
    );
    expect(installed.filter((name) => AUTO_MODE_BUILT_INS.includes(name))).toEqual([]);
  });

  test("depend on the node pools, because EKS reports an add-on without schedulable pods as degraded", async () => {
    const plan = await production;
    expect(findResource(plan, "cluster-add-ons").dependsOn.map(resourceNameOfUrn)).toEqual(["cluster-nodes"]);
  });

  test.each(["external-dns", "cert-manager"])(
    "%s is installed after its Pod Identity association",
    async (name) => {
      const plan = await production;
      const waits = findResource(plan, `cluster-add-ons-${name}`).dependsOn.map(resourceNameOfUrn);
      expect(waits).toContain(`cluster-add-ons-${name}-identity`);
      expect(findResource(plan, `cluster-add-ons-${name}-identity-association`).inputs).toMatchObject({
        namespace: name,
        serviceAccount: name,
      });
    },
  );

  test("have the configured version, and the EKS default otherwise", async () => {
    const plan = await planOf("production", (values) => {
      values.cluster.addonVersions = { "external-dns": "v0.19.0-eksbuild.2" };
    });
    const versions = addOnResources(plan).map(({ inputs }) => [
      inputs.addonName,
      inputs.addonVersion ?? null,
    ]);
    expect(versions).toContainEqual(["external-dns", "v0.19.0-eksbuild.2"]);
    expect(versions.filter(([, version]) => version !== null)).toHaveLength(1);
  });

  test("have no cert-manager and no role for it without ACME", async () => {
    const plan = await planOf("production", (values) => {
      values.certificates = { kind: "self-signed", validityDays: 365 };
    });
    expect(addOnNames(plan)).not.toContain("cert-manager");
    expect(plan.resources.filter(({ name }) => name.includes("cert-manager"))).toEqual([]);
  });

  test("have the snapshot controller only if in-cluster volumes store data", async () => {
    const foreign: Record<string, unknown> = {};
    useExistingCluster(foreign);
    const plan = await planOf("staging", (values) => {
      values.database = foreign.database;
    });
    expect(addOnNames(plan)).toContain("snapshot-controller");
    expect(findResource(plan, "cluster-add-ons-snapshot-class").dependsOn.map(resourceNameOfUrn)).toEqual([
      "cluster-add-ons-snapshot-controller",
    ]);
  });
});

describe("the Route 53 permissions of the add-ons", () => {
  test("external-dns: the records of the public name and their ownership TXT records", async () => {
    const change = policyStatements(await production, "cluster-add-ons-external-dns-identity-policy").filter(
      ({ Action }) => Action === "route53:ChangeResourceRecordSets",
    );
    expect(change).toHaveLength(1);
    expect(change[0]?.Resource).toBe("arn:aws:route53:::hostedzone/Z00000000000000000000");
    expect(change[0]?.Condition).toEqual({
      "ForAllValues:StringEquals": {
        "route53:ChangeResourceRecordSetsNormalizedRecordNames": [
          "play.example.com",
          "a-play.example.com",
          "aaaa-play.example.com",
          "cname-play.example.com",
        ],
      },
    });
  });

  test("cert-manager: the DNS-01 challenge of that name, and no address records", async () => {
    const change = policyStatements(await production, "cluster-add-ons-cert-manager-identity-policy").filter(
      ({ Action }) => Action === "route53:ChangeResourceRecordSets",
    );
    expect(change[0]?.Condition).toEqual({
      "ForAllValues:StringEquals": {
        "route53:ChangeResourceRecordSetsNormalizedRecordNames": ["_acme-challenge.play.example.com"],
        "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"],
      },
    });
  });

  test("a role can be assumed only by the pods of one ServiceAccount of this cluster", async () => {
    const { assumeRolePolicy } = findResource(
      await production,
      "cluster-add-ons-external-dns-identity-role",
    ).inputs;
    const [statement] = JSON.parse(assumeRolePolicy as string).Statement;
    expect(statement.Principal).toEqual({ Service: "pods.eks.amazonaws.com" });
    expect(statement.Condition.StringEquals).toEqual({
      "aws:SourceAccount": "000000000000",
      "aws:RequestTag/eks-cluster-name": "spacetime-vr-production",
      "aws:RequestTag/kubernetes-namespace": "external-dns",
      "aws:RequestTag/kubernetes-service-account": "external-dns",
    });
  });
});

describe("external-dns", () => {
  test("is restricted to its zone, to Services and to the records that it owns", async () => {
    const { configurationValues } = findResource(await production, "cluster-add-ons-external-dns").inputs;
    expect(JSON.parse(configurationValues as string)).toMatchObject({
      sources: ["service"],
      domainFilters: ["example.com"],
      registry: "txt",
      txtOwnerId: "spacetime-vr-production",
    });
  });
});
