import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../shared/environments.ts";
import { commonLabels } from "../shared/kubernetes/labels.ts";
import { GAME_NAMESPACE, type Namespace, podSecurityLevel } from "../shared/kubernetes/namespaces.ts";
import { DEFAULT_DENY } from "./network-policies.ts";

interface NamespacesArgs {
  readonly environment: Environment;
  readonly namespaces: readonly Namespace[];
  /** Whether EKS Auto Mode adds a readiness gate to the pods behind its load balancer. */
  readonly hasReadinessGates: boolean;
}

/**
 * EKS Auto Mode adds a readiness gate to the pods of a namespace with this label: a pod is ready when its target in the NLB is
 * healthy. It has its own key; the AWS Load Balancer Controller's (`elbv2.k8s.aws/…`) has no effect. Pods that start before their
 * Service has a target group get no gate.
 * https://aws.amazon.com/blogs/containers/how-to-build-highly-available-kubernetes-applications-with-amazon-eks-auto-mode
 */
const READINESS_GATE_LABEL = { "eks.amazonaws.com/pod-readiness-gate-inject": "enabled" };

/**
 * The group of on-call engineers. It has read access to what diagnosis needs, but not to Secrets.
 */
export const OBSERVERS_GROUP = "spacetime-vr:observers";

function podSecurityLabels(namespace: Namespace): Record<string, string> {
  const level = podSecurityLevel(namespace);
  return Object.fromEntries(
    ["enforce", "audit", "warn"].map((mode) => [`pod-security.kubernetes.io/${mode}`, level]),
  );
}

/** The namespaces, each with a Pod Security level, a default-deny network policy and read access for on-call engineers. */
export class Namespaces extends pulumi.ComponentResource {
  constructor(name: string, args: NamespacesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:cluster:Namespaces", name, {}, opts);
    for (const namespace of args.namespaces) this.#createNamespace(name, namespace, args);
    this.registerOutputs({});
  }

  #createNamespace(name: string, namespace: Namespace, args: NamespacesArgs): void {
    const { environment } = args;
    const labels = { ...commonLabels(namespace, environment) };
    const object = new kubernetes.core.v1.Namespace(
      `${name}-${namespace}`,
      {
        metadata: {
          name: namespace,
          labels: {
            ...labels,
            ...podSecurityLabels(namespace),
            ...(args.hasReadinessGates && namespace === GAME_NAMESPACE ? READINESS_GATE_LABEL : {}),
          },
        },
      },
      // Deleting a namespace deletes its PersistentVolumeClaims, even if StatefulSets retain them.
      { parent: this, protect: environment === "production" },
    );
    const childOpts = { parent: this, dependsOn: [object] };
    new kubernetes.networking.v1.NetworkPolicy(
      `${name}-${namespace}-default-deny`,
      { metadata: { name: "default-deny", namespace, labels }, spec: DEFAULT_DENY },
      childOpts,
    );
    new kubernetes.rbac.v1.Role(
      `${name}-${namespace}-observer`,
      { metadata: { name: "observer", namespace, labels }, rules: [...OBSERVER_RULES] },
      childOpts,
    );
    new kubernetes.rbac.v1.RoleBinding(
      `${name}-${namespace}-observers`,
      {
        metadata: { name: "observers", namespace, labels },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "observer" },
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: OBSERVERS_GROUP }],
      },
      childOpts,
    );
  }
}

const READ_VERBS = ["get", "list", "watch"];

const OBSERVER_RULES: readonly kubernetes.types.input.rbac.v1.PolicyRule[] = [
  {
    apiGroups: [""],
    resources: [
      "pods",
      "pods/log",
      "services",
      "endpoints",
      "events",
      "configmaps",
      "persistentvolumeclaims",
    ],
    verbs: READ_VERBS,
  },
  {
    apiGroups: ["apps"],
    resources: ["daemonsets", "deployments", "replicasets", "statefulsets"],
    verbs: READ_VERBS,
  },
  { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: READ_VERBS },
  { apiGroups: ["policy"], resources: ["poddisruptionbudgets"], verbs: READ_VERBS },
  { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies", "ingresses"], verbs: READ_VERBS },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: READ_VERBS },
];
