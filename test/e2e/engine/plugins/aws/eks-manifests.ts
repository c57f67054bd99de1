/** An object of the API server, with the paths at which it is created and found. */
export interface Manifest {
  readonly collection: string;
  readonly path: string;
  readonly body: object;
}

const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const WEBHOOKS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";

interface CustomType {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
  readonly scope: "Cluster" | "Namespaced";
}

/** Only the names of the type: any content is accepted, because the schema of the real type is not part of the double. */
function customType({ group, plural, kind, scope }: CustomType): Manifest {
  const name = `${plural}.${group}`;
  return {
    collection: CRDS,
    path: `${CRDS}/${name}`,
    body: {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name },
      spec: {
        group,
        scope,
        names: { plural, kind, singular: kind.toLowerCase(), listKind: `${kind}List` },
        versions: [
          {
            name: "v1",
            served: true,
            storage: true,
            subresources: { status: {} },
            schema: {
              openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
            },
          },
        ],
      },
    },
  };
}

/** The types of EKS Auto Mode. */
export const CLUSTER_MANIFESTS: readonly Manifest[] = [
  customType({ group: "eks.amazonaws.com", plural: "nodeclasses", kind: "NodeClass", scope: "Cluster" }),
  customType({ group: "karpenter.sh", plural: "nodepools", kind: "NodePool", scope: "Cluster" }),
];

const ADD_ON_TYPES: Readonly<Record<string, readonly CustomType[]>> = {
  "cert-manager": [
    { group: "cert-manager.io", plural: "certificates", kind: "Certificate", scope: "Namespaced" },
    { group: "cert-manager.io", plural: "clusterissuers", kind: "ClusterIssuer", scope: "Cluster" },
    { group: "cert-manager.io", plural: "issuers", kind: "Issuer", scope: "Namespaced" },
  ],
  "snapshot-controller": [
    {
      group: "snapshot.storage.k8s.io",
      plural: "volumesnapshotclasses",
      kind: "VolumeSnapshotClass",
      scope: "Cluster",
    },
  ],
};

/** Community add-ons run in a namespace with their name; the metrics server runs in kube-system. */
const NAMESPACED_ADD_ONS = ["cert-manager", "external-dns", "kube-state-metrics", "prometheus-node-exporter"];

export function addOnManifests(addOn: string): readonly Manifest[] {
  const namespaces = NAMESPACED_ADD_ONS.includes(addOn) ? [namespace(addOn)] : [];
  return [...namespaces, ...(ADD_ON_TYPES[addOn] ?? []).map(customType)];
}

function namespace(name: string): Manifest {
  const collection = "/api/v1/namespaces";
  return {
    collection,
    path: `${collection}/${name}`,
    body: { apiVersion: "v1", kind: "Namespace", metadata: { name } },
  };
}

/** The webhook of cert-manager while it does not respond: the API server rejects every object of its types. */
export function webhookOf(addOn: string): Manifest | undefined {
  if (addOn !== "cert-manager") return undefined;
  const name = "cert-manager-webhook";
  return {
    collection: WEBHOOKS,
    path: `${WEBHOOKS}/${name}`,
    body: {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name },
      webhooks: [
        {
          name: "webhook.cert-manager.io",
          // Nothing listens on port 1 of the loopback interface.
          clientConfig: { url: "https://127.0.0.1:1/validate" },
          rules: [
            {
              apiGroups: ["cert-manager.io"],
              apiVersions: ["v1"],
              operations: ["CREATE", "UPDATE"],
              resources: ["*"],
            },
          ],
          failurePolicy: "Fail",
          sideEffects: "None",
          admissionReviewVersions: ["v1"],
          timeoutSeconds: 5,
        },
      ],
    },
  };
}
