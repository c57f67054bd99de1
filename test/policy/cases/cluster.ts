import { enforcePodSecurity } from "../../../policy/rules/cluster/enforce-pod-security.ts";
import { forbidRbacWildcards } from "../../../policy/rules/cluster/forbid-rbac-wildcards.ts";
import { guardAdmission } from "../../../policy/rules/cluster/guard-admission.ts";
import { labelObjects } from "../../../policy/rules/cluster/label-objects.ts";
import { placePods } from "../../../policy/rules/cluster/place-pods.ts";
import { rollConsumers } from "../../../policy/rules/cluster/roll-consumers.ts";
import { showEveryObject } from "../../../policy/rules/cluster/show-every-object.ts";
import { add, ENVIRONMENT, GAME, GATEWAY, POD, set, unknownAt, without, withoutPods } from "./changes.ts";
import type { RuleCases } from "./types.ts";

const NAMESPACE = "namespaces-spacetime";
const ENFORCE = `metadata.labels["pod-security.kubernetes.io/enforce"]`;
const ROLE = "namespaces-spacetime-observer";
const BINDING = "namespaces-spacetime-observers";
const label = (name: string) => `metadata.labels["app.kubernetes.io/${name}"]`;
const SELECTOR_POLICY = "admission-pods-policy";
const SELECTED = "spec.matchConstraints.namespaceSelector.matchExpressions[0].values";
const NONE = ["spacetime", "spacetime-backup", "spacetime-monitoring", "spacetime-nodes"].map(
  (name) => `namespaces-${name} metadata.name: no admission policy refuses pods in "${name}"`,
);
const labelAll = { "app.kubernetes.io/name": "x" };

export const clusterCases: readonly RuleCases[] = [
  {
    rule: enforcePodSecurity,
    complies: [
      {
        title: "the nodes' namespace restricted",
        change: set("namespaces-spacetime-nodes", ENFORCE, "restricted"),
      },
    ],
    violations: [
      {
        title: "the exception elsewhere",
        change: set(NAMESPACE, ENFORCE, "privileged"),
        finds: [
          'namespaces-spacetime metadata.labels["pod-security.kubernetes.io/enforce"]: the enforced level is "privileged"',
        ],
      },
      {
        title: "a weaker level",
        change: set(NAMESPACE, ENFORCE, "baseline"),
        finds: [
          'namespaces-spacetime metadata.labels["pod-security.kubernetes.io/enforce"]: the enforced level is "baseline"',
        ],
      },
      {
        title: "no level",
        change: set(NAMESPACE, ENFORCE, undefined),
        finds: [
          'namespaces-spacetime metadata.labels["pod-security.kubernetes.io/enforce"]: the enforced level is missing',
        ],
      },
    ],
    notApplicable: { change: without(":Namespace") },
    unknown: [unknownAt(NAMESPACE, ENFORCE)],
  },
  {
    rule: placePods,
    violations: [
      {
        title: "the default namespace",
        change: set(GATEWAY, "metadata.namespace", undefined),
        finds: [
          "gateway-deployment metadata.namespace: the namespace (missing) is not one that this deployment makes",
        ],
      },
      {
        title: "somebody else's namespace",
        change: set(GATEWAY, "metadata.namespace", "kube-system"),
        finds: [
          'gateway-deployment metadata.namespace: the namespace ("kube-system") is not one that this deployment makes',
        ],
      },
    ],
    notApplicable: { change: withoutPods },
    unknown: [unknownAt(GATEWAY, "metadata.namespace")],
  },
  {
    rule: forbidRbacWildcards,
    violations: [
      {
        title: "every resource",
        change: set(ROLE, "rules[0].resources", ["*"]),
        finds: ['namespaces-spacetime-observer rules[0].resources[0]: the role grants resources "*"'],
      },
      {
        title: "every subresource",
        change: set(ROLE, "rules[0].resources", ["pods/*"]),
        finds: ['namespaces-spacetime-observer rules[0].resources[0]: the role grants resources "pods/*"'],
      },
      {
        title: "every verb of every group",
        change: set(ROLE, "rules[1]", { apiGroups: ["*"], verbs: ["*"] }),
        finds: [
          'namespaces-spacetime-observer rules[1].apiGroups[0]: the role grants apiGroups "*"',
          'namespaces-spacetime-observer rules[1].verbs[0]: the role grants verbs "*"',
        ],
      },
      {
        title: "the role that may do everything",
        change: set(BINDING, "roleRef", { kind: "ClusterRole", name: "cluster-admin" }),
        finds: ['namespaces-spacetime-observers roleRef.name: the role "cluster-admin" is bound'],
      },
      {
        title: "a role for everybody",
        change: set(BINDING, "subjects[0].name", "system:authenticated"),
        finds: ['namespaces-spacetime-observers subjects[0].name: a role is bound to "system:authenticated"'],
      },
    ],
    notApplicable: { change: without(":Role", ":RoleBinding", ":ClusterRole", ":ClusterRoleBinding") },
    unknown: [unknownAt(ROLE, "rules"), unknownAt(BINDING, "subjects")],
  },
  {
    rule: labelObjects,
    violations: [
      {
        title: "no name",
        change: set(GATEWAY, label("name"), undefined),
        finds: [
          'gateway-deployment metadata.labels["app.kubernetes.io/name"]: label app.kubernetes.io/name is missing',
        ],
      },
      {
        title: "another environment's",
        change: set(GATEWAY, label("instance"), "staging"),
        finds: [
          'gateway-deployment metadata.labels["app.kubernetes.io/instance"]: label app.kubernetes.io/instance is "staging"',
        ],
      },
      {
        title: "no label that is asked for",
        change: set(GATEWAY, "metadata.labels", labelAll),
        finds: [
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
    rule: rollConsumers,
    violations: [
      {
        title: "a ConfigMap that can change",
        change: set(ENVIRONMENT, "immutable", undefined),
        finds: [
          'game-server-environment immutable: ConfigMap "game-server-env-DIGEST" can change under its readers',
        ],
      },
      {
        title: "a ConfigMap of somebody else",
        change: set(GATEWAY, `${POD}.volumes[0].configMap.name`, "made-by-hand"),
        finds: [
          'gateway-deployment spec.template.spec.volumes[0].configMap.name: there is no ConfigMap "made-by-hand" in this deployment',
        ],
      },
      {
        title: "a Secret that can change",
        change: set("secrets-redis", "immutable", false),
        finds: [
          "secrets-redis immutable: Secret redis-DIGEST can change and nothing rolls game-server-main-deployment",
          "secrets-redis immutable: Secret redis-DIGEST can change and nothing rolls monitoring-exporters-redis-deployment",
          "secrets-redis immutable: Secret redis-DIGEST can change and nothing rolls redis-stateful-set",
        ],
      },
    ],
    notApplicable: { change: withoutPods },
    unknown: [unknownAt(ENVIRONMENT, "immutable"), unknownAt("secrets-redis", "immutable")],
  },
  {
    rule: rollConsumers,
    plan: "package",
    complies: [
      {
        title: "a certificate whose revision is not known yet",
        change: set(GATEWAY, "spec.template.metadata.annotations.other", "x"),
      },
    ],
    violations: [
      {
        title: "a certificate that nothing rolls",
        change: set(GAME, "spec.template.metadata.annotations", {}),
        finds: [
          "certificates-internal-internal-tls immutable: Secret internal-tls can change and nothing rolls game-server-main-deployment",
        ],
      },
    ],
    notApplicable: { change: withoutPods },
    unknown: [unknownAt(GAME, "spec.template.metadata.annotations")],
  },
  {
    rule: guardAdmission,
    violations: [
      {
        title: "no policies",
        change: without(":ValidatingAdmissionPolicy"),
        finds: NONE,
      },
      {
        title: "a policy that only warns",
        change: set("admission-pods-binding", "spec.validationActions", ["Warn"]),
        finds: NONE,
      },
      {
        title: "a policy that fails open",
        change: set(SELECTOR_POLICY, "spec.failurePolicy", "Ignore"),
        finds: NONE,
      },
      {
        title: "a namespace that was forgotten",
        change: set(SELECTOR_POLICY, SELECTED, ["spacetime", "spacetime-backup", "spacetime-nodes"]),
        finds: [NONE[2] ?? ""],
      },
    ],
    notApplicable: { plan: "local" },
    unknown: [unknownAt(SELECTOR_POLICY, SELECTED), unknownAt("admission-pods-binding", "spec.policyName")],
  },
  {
    rule: showEveryObject,
    violations: [
      {
        title: "a Helm release",
        change: add("kubernetes:helm.sh/v3:Release", "chart", {}),
        finds: ["chart: a Helm release renders its objects outside the plan"],
      },
      {
        title: "a patch",
        change: add("kubernetes:apps/v1:DeploymentPatch", "patch", {}),
        finds: ["patch: a patch shows only what it changes"],
      },
      {
        title: "a dynamic resource",
        change: add("pulumi-nodejs:dynamic:Resource", "dynamic", {}),
        finds: ["dynamic: a dynamic resource runs code of its own"],
      },
      {
        title: "a command",
        change: add("command:local:Command", "command", { create: "kubectl apply -f x" }),
        finds: ["command: a command does what its text says, whatever that is"],
      },
    ],
    notApplicable: { change: (draft) => draft.removeTypes("") },
    unknown: [],
  },
];
