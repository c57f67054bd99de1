import { describe, expect, test } from "@jest/globals";
import { formatProblem } from "../../../../components/shared/errors.ts";
import {
  type ClusterFacts,
  findClusterMismatch,
  findClusterProblems,
  findKubeconfigProblems,
} from "../../../../operations/pulumi/preflight/cluster-problems.ts";
import {
  type ClusterRequirements,
  listClusterRequirements,
} from "../../../../operations/pulumi/preflight/cluster-requirements.ts";
import { planOf } from "../../../support/plans.ts";

describe("what a plan needs from its cluster", () => {
  test("local: the storage class of every claim, its node port, and the objects of each namespace", async () => {
    const { objects, storage, nodePorts } = listClusterRequirements(await planOf("local"));
    expect(nodePorts).toEqual([{ port: 30443, service: "spacetime/gateway" }]);
    expect(storage).toContainEqual({ storageClass: "standard", claimant: "spacetime/postgres" });
    expect(storage.every(({ storageClass }) => storageClass === "standard")).toBe(true);
    expect(objects).toContainEqual({ apiVersion: "v1", kind: "Namespace", namespace: undefined });
    expect(objects).toContainEqual({ apiVersion: "apps/v1", kind: "Deployment", namespace: "spacetime" });
    expect(objects.filter(({ kind }) => kind === "Kubernetes" || kind === "kubernetes")).toEqual([]);
  });

  test("production: no class that the program itself creates, and no resource of AWS", async () => {
    const { objects, storage } = listClusterRequirements(await planOf("production"));
    expect(storage).toEqual([]);
    expect(objects.some(({ apiVersion }) => apiVersion.includes("aws:"))).toBe(false);
  });
});

const requirements: ClusterRequirements = {
  objects: [{ apiVersion: "apps/v1", kind: "Deployment", namespace: "spacetime" }],
  storage: [
    { storageClass: "standard", claimant: "spacetime/postgres" },
    { storageClass: "standard", claimant: "spacetime/redis" },
    { storageClass: undefined, claimant: "spacetime/extra" },
  ],
  nodePorts: [{ port: 30443, service: "spacetime/gateway" }],
};

const good: ClusterFacts = {
  version: "v1.36.3+k3s1",
  missingKinds: [],
  storage: { classes: ["standard"], hasDefault: true },
  nodePorts: [{ port: 30443, service: "spacetime/gateway" }],
  denied: [],
};

const messages = (facts: Partial<ClusterFacts>): string[] =>
  findClusterProblems(requirements, { ...good, ...facts }).map(formatProblem);

describe("before an update of an existing cluster", () => {
  test("a cluster that has everything is accepted, also if the node port is that of the deployed Service", () => {
    expect(messages({})).toEqual([]);
  });

  test.each([
    [
      "an API server that is too old",
      { version: "v1.33.9" },
      'the version of the API server is "v1.33.9": must be 1.34 or newer. Upgrade the control plane, one minor version at a time, or use a newer cluster.',
    ],
    [
      "an API server without a version",
      { version: "" },
      'the version of the API server is "": must be 1.34 or newer. Upgrade the control plane, one minor version at a time, or use a newer cluster.',
    ],
    [
      "an API of Kubernetes that is not served",
      {
        missingKinds: [
          { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicy" },
          { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicyBinding" },
        ],
      },
      "the API admissionregistration.k8s.io/v1: is not served by the cluster, and the plan has objects of it (ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding). It is part of newer versions of Kubernetes: upgrade the cluster.",
    ],
    [
      "custom resource definitions that are not installed",
      { missingKinds: [{ apiVersion: "cert-manager.io/v1", kind: "Certificate" }] },
      "the API cert-manager.io/v1: is not served by the cluster, and the plan has objects of it (Certificate). Install its custom resource definitions first, or change the setting that needs them.",
    ],
    [
      "a storage class that does not exist",
      { storage: { classes: ["local-path"], hasDefault: true } },
      'the storage class is "standard": does not exist, and spacetime/postgres, spacetime/redis would wait for volumes until the update fails (storage classes: local-path). Name an existing one in cluster.storageClass (k3d: local-path, kind and minikube: standard), or create it.',
    ],
    [
      "a claim without a class in a cluster without a default class",
      { storage: { classes: ["standard"], hasDefault: false } },
      "the default storage class: does not exist, and spacetime/extra would wait for volumes until the update fails (storage classes: standard). Name an existing one in cluster.storageClass (k3d: local-path, kind and minikube: standard), or create it.",
    ],
    [
      "a node port that another Service has",
      { nodePorts: [{ port: 30443, service: "default/other" }] },
      'the node port of spacetime/gateway is "30443": is used by the Service default/other. Name a free port of 30000 to 32767 in gateway.exposure, or delete that Service.',
    ],
    [
      "missing permissions",
      {
        denied: [
          { verb: "create", resource: "secrets", namespace: "spacetime" },
          { verb: "delete", resource: "secrets", namespace: "spacetime" },
          { verb: "patch", resource: "deployments.apps", namespace: "spacetime" },
        ],
      },
      "permission in the namespace spacetime: is missing: secrets (create, delete), deployments.apps (patch). Ask an administrator of the cluster for it, or use another user; check with: kubectl auth can-i create secrets --namespace spacetime",
    ],
    [
      "missing permissions for cluster-wide objects",
      { denied: [{ verb: "create", resource: "namespaces", namespace: undefined }] },
      "permission for cluster-wide objects: is missing: namespaces (create). Ask an administrator of the cluster for it, or use another user; check with: kubectl auth can-i create namespaces",
    ],
  ] satisfies [string, Partial<ClusterFacts>, string][])(
    "%s is reported with its remedy",
    (_title, facts, message) => {
      expect(messages(facts)).toEqual([message]);
    },
  );

  test("everything that is wrong is reported at once", () => {
    const storage = { classes: [], hasDefault: false };
    expect(
      messages({ version: "v1.20.0", storage, nodePorts: [{ port: 30443, service: "a/b" }] }),
    ).toHaveLength(4);
  });

  test("what the operator may not list is not judged", () => {
    expect(messages({ storage: undefined, nodePorts: undefined })).toEqual([]);
  });
});

describe("the kubeconfig", () => {
  const contexts = ["kind-a", "kind-b"];

  test.each([
    ["the current context", { currentContext: "kind-a", contexts }, undefined],
    ["the context of the stack file", { currentContext: undefined, contexts }, "kind-b"],
  ])("%s is accepted", (_title, kubeconfig, wanted) => {
    expect(findKubeconfigProblems(kubeconfig, wanted)).toEqual([]);
  });

  test.each([
    [
      "no kubeconfig",
      { currentContext: undefined, contexts: [] },
      undefined,
      /^the kubeconfig: has no context/,
    ],
    [
      "no current context",
      { currentContext: undefined, contexts },
      undefined,
      /is not set \(contexts: kind-a, kind-b\).*use-context NAME/,
    ],
    [
      "a current context that was deleted",
      { currentContext: "gone", contexts },
      undefined,
      /is "gone": is not in the kubeconfig/,
    ],
    [
      "a context of the stack file that is elsewhere",
      { currentContext: "kind-a", contexts },
      "prod",
      /^cluster\.context is "prod": is not in the kubeconfig \(contexts: kind-a, kind-b\)/,
    ],
  ])("%s is reported with what there is", (_title, kubeconfig, wanted, message) => {
    expect(findKubeconfigProblems(kubeconfig, wanted).map(formatProblem).join()).toMatch(message);
  });
});

describe("the cluster that was deployed to last time", () => {
  const deployed = [
    { name: "spacetime", uid: "1" },
    { name: "spacetime-monitoring", uid: "2" },
  ];

  test("is recognized by any of its namespaces, so that one that was deleted by hand is only drift", () => {
    expect(findClusterMismatch("local", "a", deployed, new Map([["spacetime-monitoring", "2"]]))).toEqual([]);
  });

  test("is not asked for before the first update", () => {
    expect(findClusterMismatch("local", "a", [], new Map())).toEqual([]);
  });

  test.each([
    ["without these namespaces", new Map<string, string>()],
    [
      "with namespaces of another deployment",
      new Map([
        ["spacetime", "8"],
        ["spacetime-monitoring", "9"],
      ]),
    ],
  ])("is another one: a cluster %s is rejected", (_title, live) => {
    expect(findClusterMismatch("staging", "kind-b", deployed, live).map(formatProblem)).toEqual([
      'the cluster is "kind-b": is not the one that staging was deployed to: none of its namespaces (spacetime, spacetime-monitoring) has the UID that is in the state. Select the other cluster (kubectl config get-contexts; kubectl config use-context NAME). Only if it was rebuilt or the namespaces were deleted by hand: pulumi refresh --yes --stack staging removes from the state what no longer exists; then run this again.',
    ]);
  });
});
