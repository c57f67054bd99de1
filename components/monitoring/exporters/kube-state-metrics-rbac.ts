import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../shared/environments.ts";
import { commonLabels } from "../../shared/kubernetes/labels.ts";
import { MONITORING_NAMESPACE } from "../../shared/kubernetes/namespaces.ts";

/** The kinds that kube-state-metrics may list and reports. Secrets and ConfigMaps are excluded. */
const LISTED_RESOURCES = [
  { apiGroups: [""], resources: ["namespaces", "nodes", "persistentvolumeclaims", "pods", "services"] },
  { apiGroups: ["apps"], resources: ["daemonsets", "deployments", "replicasets", "statefulsets"] },
  { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"] },
  { apiGroups: ["batch"], resources: ["cronjobs", "jobs"] },
  { apiGroups: ["policy"], resources: ["poddisruptionbudgets"] },
];

/** The resources in the format of `--resources`. */
export const KUBE_STATE_METRICS_RESOURCES: readonly string[] = LISTED_RESOURCES.flatMap(
  ({ resources }) => resources,
).sort();

const CLUSTER_ROLE_NAME = "spacetime-vr-kube-state-metrics";
const RBAC_API_GROUP = "rbac.authorization.k8s.io";

/** Grants read access to the listed kinds in the whole cluster, because nodes have no namespace and pods of other namespaces run on them. */
export function createKubeStateMetricsRbac(
  name: string,
  environment: Environment,
  parent: pulumi.Resource,
): void {
  const metadata = {
    name: CLUSTER_ROLE_NAME,
    labels: { ...commonLabels("kube-state-metrics", environment) },
  };
  new kubernetes.rbac.v1.ClusterRole(
    `${name}-role`,
    { metadata, rules: LISTED_RESOURCES.map((grant) => ({ ...grant, verbs: ["list", "watch"] })) },
    { parent },
  );
  new kubernetes.rbac.v1.ClusterRoleBinding(
    `${name}-role-binding`,
    {
      metadata,
      roleRef: { apiGroup: RBAC_API_GROUP, kind: "ClusterRole", name: CLUSTER_ROLE_NAME },
      subjects: [{ kind: "ServiceAccount", name: "kube-state-metrics", namespace: MONITORING_NAMESPACE }],
    },
    { parent },
  );
}
