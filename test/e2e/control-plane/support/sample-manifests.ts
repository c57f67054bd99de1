/** A namespace as the product creates it: Pod Security enforces "restricted". */
export function restrictedNamespace(name: string): object {
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

const restrictedPod = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
  containers: [
    {
      name: "main",
      image: "example.com/nothing:1",
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    },
  ],
};

/** A pod that "restricted" must reject. */
export function privilegedPod(namespace: string): object {
  const containers = [
    { name: "main", image: "example.com/nothing:1", securityContext: { privileged: true } },
  ];
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "privileged", namespace }, spec: { containers } };
}

/** A Deployment with a topology spread of at most one pod between zones. */
export function deployment(namespace: string, name: string, replicas: number): object {
  const labels = { app: name };
  const spread = {
    maxSkew: 1,
    topologyKey: "topology.kubernetes.io/zone",
    whenUnsatisfiable: "DoNotSchedule",
    labelSelector: { matchLabels: labels },
  };
  const spec = { ...restrictedPod, topologySpreadConstraints: [spread] };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
}

/** A StatefulSet with one claim per pod. */
export function statefulSet(namespace: string, name: string, replicas: number, storageClass: string): object {
  const labels = { app: name };
  const claim = {
    metadata: { name: "data" },
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: storageClass,
      resources: { requests: { storage: "1Gi" } },
    },
  };
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name, namespace },
    spec: {
      replicas,
      serviceName: name,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: restrictedPod },
      volumeClaimTemplates: [claim],
    },
  };
}

/** A policy and its binding that reject ConfigMaps with this name. */
export function admissionPolicy(name: string, forbidden: string): object {
  const rule = { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["configmaps"] };
  const apiVersion = "admissionregistration.k8s.io/v1";
  const policy = {
    apiVersion,
    kind: "ValidatingAdmissionPolicy",
    metadata: { name },
    spec: {
      matchConstraints: { resourceRules: [rule] },
      validations: [{ expression: `object.metadata.name != "${forbidden}"` }],
    },
  };
  const binding = {
    apiVersion,
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name },
    spec: { policyName: name, validationActions: ["Deny"] },
  };
  return { apiVersion: "v1", kind: "List", items: [policy, binding] };
}
