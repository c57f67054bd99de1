import { disallowOpaqueResources } from "../../../policy/rules/cluster/disallow-opaque-resources.ts";
import { disallowRbacWildcards } from "../../../policy/rules/cluster/disallow-rbac-wildcards.ts";
import { enforcePodSecurity } from "../../../policy/rules/cluster/enforce-pod-security.ts";
import { requireRecommendedLabels } from "../../../policy/rules/cluster/require-recommended-labels.ts";
import { requireRolloutOnConfigChange } from "../../../policy/rules/cluster/require-rollout-on-config-change.ts";
import { requireValidatingAdmissionPolicy } from "../../../policy/rules/cluster/require-validating-admission-policy.ts";
import { restrictPodNamespaces } from "../../../policy/rules/cluster/restrict-pod-namespaces.ts";
import {
  add,
  ENVIRONMENT,
  GAME,
  GATEWAY,
  POD,
  set,
  unknownAt,
  withoutPods,
  withoutTypes,
} from "./changes.ts";
import type { RuleCases } from "./rule-cases.ts";

const NAMESPACE = "namespaces-spacetime";
const ENFORCE = `metadata.labels["pod-security.kubernetes.io/enforce"]`;
const ROLE = "namespaces-spacetime-observer";
const BINDING = "namespaces-spacetime-observers";
const label = (name: string) => `metadata.labels["app.kubernetes.io/${name}"]`;
const SELECTOR_POLICY = "admission-pods-policy";
const SELECTED = "spec.matchConstraints.namespaceSelector.matchExpressions[0].values";
const NONE = ["spacetime", "spacetime-backup", "spacetime-monitoring", "spacetime-nodes"].map(
  (name) => `namespaces-${name} metadata.name: no admission policy rejects pods in "${name}"`,
);
const labelAll = { "app.kubernetes.io/name": "x" };

export const clusterCases: readonly RuleCases[] = [
  {
    rule: enforcePodSecurity,
    compliant: [
      {
        title: "the node agents' namespace with level restricted",
        change: set("namespaces-spacetime-nodes", ENFORCE, "restricted"),
      },
    ],
    violations: [
      {
        title: "level privileged in another namespace",
        change: set(NAMESPACE, ENFORCE, "privileged"),
        findings: [
          'namespaces-spacetime metadata.labels["pod-security.kubernetes.io/enforce"]: the enforced Pod Security level is "privileged"',
        ],
      },
      {
        title: "level baseline",
        change: set(NAMESPACE, ENFORCE, "baseline"),
        findings: [
          'namespaces-spacetime metadata.labels["pod-security.kubernetes.io/enforce"]: the enforced Pod Security level is "baseline"',
        ],
      },
      {
        title: "no level",
        change: set(NAMESPACE, ENFORCE, undefined),
        findings: [
          'namespaces-spacetime metadata.labels["pod-security.kubernetes.io/enforce"]: the enforced Pod Security level is missing',
        ],
      },
    ],
    notApplicable: { change: withoutTypes(":Namespace") },
    unknown: [unknownAt(NAMESPACE, ENFORCE)],
  },
  {
    rule: restrictPodNamespaces,
    violations: [
      {
        title: "the default namespace",
        change: set(GATEWAY, "metadata.namespace", undefined),
        findings: [
          "gateway-deployment metadata.namespace: the namespace (missing) is not created by this deployment",
        ],
      },
      {
        title: "a namespace outside the deployment",
        change: set(GATEWAY, "metadata.namespace", "kube-system"),
        findings: [
          'gateway-deployment metadata.namespace: the namespace ("kube-system") is not created by this deployment',
        ],
      },
    ],
    notApplicable: { change: withoutPods },
    unknown: [unknownAt(GATEWAY, "metadata.namespace")],
  },
  {
    rule: disallowRbacWildcards,
    violations: [
      {
        title: "all resources",
        change: set(ROLE, "rules[0].resources", ["*"]),
        findings: [
          'namespaces-spacetime-observer rules[0].resources[0]: the role grants wildcard resources "*"',
        ],
      },
      {
        title: "all subresources",
        change: set(ROLE, "rules[0].resources", ["pods/*"]),
        findings: [
          'namespaces-spacetime-observer rules[0].resources[0]: the role grants wildcard resources "pods/*"',
        ],
      },
      {
        title: "all verbs of all API groups",
        change: set(ROLE, "rules[1]", { apiGroups: ["*"], verbs: ["*"] }),
        findings: [
          'namespaces-spacetime-observer rules[1].apiGroups[0]: the role grants wildcard apiGroups "*"',
          'namespaces-spacetime-observer rules[1].verbs[0]: the role grants wildcard verbs "*"',
        ],
      },
      {
        title: "the role cluster-admin",
        change: set(BINDING, "roleRef", { kind: "ClusterRole", name: "cluster-admin" }),
        findings: [
          'namespaces-spacetime-observers roleRef.name: the binding uses the privileged role "cluster-admin"',
        ],
      },
      {
        title: "a role for all authenticated users",
        change: set(BINDING, "subjects[0].name", "system:authenticated"),
        findings: [
          'namespaces-spacetime-observers subjects[0].name: a role is bound to "system:authenticated"',
        ],
      },
    ],
    notApplicable: { change: withoutTypes(":Role", ":RoleBinding", ":ClusterRole", ":ClusterRoleBinding") },
    unknown: [unknownAt(ROLE, "rules"), unknownAt(BINDING, "subjects")],
  },
  {
    rule: requireRecommendedLabels,
    violations: [
      {
        title: "the name label is missing",
        change: set(GATEWAY, label("name"), undefined),
        findings: [
          'gateway-deployment metadata.labels["app.kubernetes.io/name"]: label app.kubernetes.io/name is missing',
        ],
      },
      {
        title: "the instance label of another environment",
        change: set(GATEWAY, label("instance"), "staging"),
        findings: [
          'gateway-deployment metadata.labels["app.kubernetes.io/instance"]: label app.kubernetes.io/instance is "staging"',
        ],
      },
      {
        title: "several labels are missing",
        change: set(GATEWAY, "metadata.labels", labelAll),
        findings: [
          'gateway-deployment metadata.labels["app.kubernetes.io/instance"]: label app.kubernetes.io/instance is missing',
          'gateway-deployment metadata.labels["app.kubernetes.io/managed-by"]: label app.kubernetes.io/managed-by is missing',
          'gateway-deployment metadata.labels["app.kubernetes.io/part-of"]: label app.kubernetes.io/part-of is missing',
        ],
      },
    ],
    notApplicable: { change: (draft) => draft.removeTypes("") },
    unknown: [unknownAt(GATEWAY, label("instance"))],
  },
  {
    rule: requireRolloutOnConfigChange,
    violations: [
      {
        title: "a mutable ConfigMap",
        change: set(ENVIRONMENT, "immutable", undefined),
        findings: ['game-server-environment immutable: ConfigMap "game-server-env-DIGEST" is not immutable'],
      },
      {
        title: "a ConfigMap outside the deployment",
        change: set(GATEWAY, `${POD}.volumes[0].configMap.name`, "made-by-hand"),
        findings: [
          'gateway-deployment spec.template.spec.volumes[0].configMap.name: there is no ConfigMap "made-by-hand" in this deployment',
        ],
      },
      {
        title: "a mutable Secret",
        change: set("secrets-redis", "immutable", false),
        findings: [
          "secrets-redis immutable: Secret redis-DIGEST is not immutable, and no annotation triggers a rolling restart of game-server-main-deployment",
          "secrets-redis immutable: Secret redis-DIGEST is not immutable, and no annotation triggers a rolling restart of monitoring-exporters-redis-deployment",
          "secrets-redis immutable: Secret redis-DIGEST is not immutable, and no annotation triggers a rolling restart of redis-stateful-set",
        ],
      },
    ],
    notApplicable: { change: withoutPods },
    unknown: [unknownAt(ENVIRONMENT, "immutable"), unknownAt("secrets-redis", "immutable")],
  },
  {
    rule: requireRolloutOnConfigChange,
    plan: "package",
    compliant: [
      {
        title: "a certificate whose revision is unknown",
        change: set(GATEWAY, "spec.template.metadata.annotations.other", "x"),
      },
    ],
    violations: [
      {
        title: "a certificate whose renewal triggers no rollout",
        change: set(GAME, "spec.template.metadata.annotations", {}),
        findings: [
          "certificates-internal-internal-tls immutable: Secret internal-tls is not immutable, and no annotation triggers a rolling restart of game-server-main-deployment",
        ],
      },
    ],
    notApplicable: { change: withoutPods },
    unknown: [unknownAt(GAME, "spec.template.metadata.annotations")],
  },
  {
    rule: requireValidatingAdmissionPolicy,
    violations: [
      {
        title: "no admission policies",
        change: withoutTypes(":ValidatingAdmissionPolicy"),
        findings: NONE,
      },
      {
        title: "a binding that only warns",
        change: set("admission-pods-binding", "spec.validationActions", ["Warn"]),
        findings: NONE,
      },
      {
        title: "a policy that fails open",
        change: set(SELECTOR_POLICY, "spec.failurePolicy", "Ignore"),
        findings: NONE,
      },
      {
        title: "a namespace that no policy covers",
        change: set(SELECTOR_POLICY, SELECTED, ["spacetime", "spacetime-backup", "spacetime-nodes"]),
        findings: [NONE[2] ?? ""],
      },
    ],
    notApplicable: { plan: "local" },
    unknown: [unknownAt(SELECTOR_POLICY, SELECTED), unknownAt("admission-pods-binding", "spec.policyName")],
  },
  {
    rule: disallowOpaqueResources,
    violations: [
      {
        title: "a Helm release",
        change: add("kubernetes:helm.sh/v3:Release", "chart", {}),
        findings: ["chart: a Helm release renders its objects outside the plan, so they cannot be checked"],
      },
      {
        title: "a patch resource",
        change: add("kubernetes:apps/v1:DeploymentPatch", "patch", {}),
        findings: ["patch: a patch contains only the changed fields, so the object cannot be checked"],
      },
      {
        title: "a dynamic resource",
        change: add("pulumi-nodejs:dynamic:Resource", "dynamic", {}),
        findings: ["dynamic: a dynamic resource runs its own code, so its effect cannot be checked"],
      },
      {
        title: "a command",
        change: add("command:local:Command", "command", { create: "kubectl apply -f x" }),
        findings: ["command: a command can change anything, so its effect cannot be checked"],
      },
    ],
    notApplicable: { change: (draft) => draft.removeTypes("") },
    unknown: [],
  },
];
