import { SYSTEM_IMAGES } from "../images/image-configs.ts";

const NAMESPACE = "local-path-storage";
const metadata = { name: "local-path-provisioner", namespace: NAMESPACE };

/** The provisioner gives its helper pods this account. */
const account = { name: "local-path-provisioner-service-account", namespace: NAMESPACE };

/** The provisioner looks for this name. */
const configMap = { name: "local-path-config", namespace: NAMESPACE };

/** The storage class `standard`, as in kind: a directory of the machine per claim, created when its first pod is scheduled. */
export function storageManifests(volumes: string): object[] {
  const all = ["get", "list", "watch", "create", "patch", "update", "delete"];
  const rules = [
    {
      apiGroups: [""],
      resources: ["nodes", "persistentvolumeclaims", "configmaps", "pods", "pods/log"],
      verbs: all,
    },
    { apiGroups: [""], resources: ["persistentvolumes"], verbs: all },
    { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
    { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: ["get", "list", "watch"] },
  ];
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: account },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: metadata.name },
      rules,
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: metadata.name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: metadata.name },
      subjects: [{ kind: "ServiceAccount", ...account }],
    },
    { apiVersion: "v1", kind: "ConfigMap", metadata: configMap, data: provisionerFiles(volumes) },
    { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: provisionerSpec() },
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
      provisioner: "rancher.io/local-path",
      volumeBindingMode: "WaitForFirstConsumer",
      reclaimPolicy: "Delete",
    },
  ];
}

function provisionerFiles(volumes: string): Record<string, string> {
  return {
    "config.json": JSON.stringify({
      nodePathMap: [{ node: "DEFAULT_PATH_FOR_NON_LISTED_NODES", paths: [volumes] }],
    }),
    setup: '#!/bin/sh\nset -eu\nmkdir -m 0777 -p "$VOL_DIR"\n',
    teardown: '#!/bin/sh\nset -eu\nrm -rf "$VOL_DIR"\n',
    "helperPod.yaml": JSON.stringify({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "helper-pod" },
      spec: { containers: [{ name: "helper-pod", image: SYSTEM_IMAGES["local-path-provisioner"] }] },
    }),
  };
}

function provisionerSpec(): object {
  const labels = { app: metadata.name };
  return {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        serviceAccountName: account.name,
        containers: [
          {
            name: metadata.name,
            image: SYSTEM_IMAGES["local-path-provisioner"],
            args: ["start", "--config", "/etc/config/config.json"],
            env: [{ name: "POD_NAMESPACE", value: NAMESPACE }],
            volumeMounts: [{ name: "config", mountPath: "/etc/config", readOnly: true }],
          },
        ],
        volumes: [{ name: "config", configMap: { name: configMap.name } }],
      },
    },
  };
}
