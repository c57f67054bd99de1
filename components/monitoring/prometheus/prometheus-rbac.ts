import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../shared/environments.ts";
import { commonLabels } from "../../shared/kubernetes/labels.ts";
import { MONITORING_NAMESPACE } from "../../shared/kubernetes/namespaces.ts";

const RBAC_API_GROUP = "rbac.authorization.k8s.io";
const READ_VERBS = ["get", "list", "watch"];

/** Cluster roles have unique names, because other deployments may share the cluster. */
const CLUSTER_ROLE_NAME = "spacetime-vr-prometheus";

/** The permissions of Prometheus: pods in the namespaces of its targets, nodes and kubelet metrics. No Secrets. */
export function createPrometheusRbac(
  name: string,
  args: { readonly environment: Environment; readonly namespaces: readonly string[] },
  parent: pulumi.Resource,
): void {
  const { environment, namespaces } = args;
  const labels = { ...commonLabels("prometheus", environment) };
  const subjects = [{ kind: "ServiceAccount", name: "prometheus", namespace: MONITORING_NAMESPACE }];
  for (const namespace of namespaces) {
    const metadata = { name: "prometheus-discovery", namespace, labels };
    new kubernetes.rbac.v1.Role(
      `${name}-discovery-${namespace}`,
      { metadata, rules: [{ apiGroups: [""], resources: ["pods"], verbs: READ_VERBS }] },
      { parent },
    );
    new kubernetes.rbac.v1.RoleBinding(
      `${name}-discovery-${namespace}-binding`,
      { metadata, roleRef: { apiGroup: RBAC_API_GROUP, kind: "Role", name: metadata.name }, subjects },
      { parent },
    );
  }
  new kubernetes.rbac.v1.ClusterRole(
    `${name}-nodes`,
    {
      metadata: { name: CLUSTER_ROLE_NAME, labels },
      rules: [
        { apiGroups: [""], resources: ["nodes"], verbs: READ_VERBS },
        // The kubelet authorizes requests for its metrics through the API server.
        { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
      ],
    },
    { parent },
  );
  new kubernetes.rbac.v1.ClusterRoleBinding(
    `${name}-nodes-binding`,
    {
      metadata: { name: CLUSTER_ROLE_NAME, labels },
      roleRef: { apiGroup: RBAC_API_GROUP, kind: "ClusterRole", name: CLUSTER_ROLE_NAME },
      subjects,
    },
    { parent },
  );
}
