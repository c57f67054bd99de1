/**
 * What runs inside an EKS cluster and what Kubernetes itself does not have: cert-manager issues certificates, Auto Mode creates load
 * balancers and volumes. Runs until it is ended: `node eks-controllers.ts <kubeconfig>`.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { EksApi, sendToApi } from "./eks-api.ts";

const POLL_MS = 250;
const READY_FOR_MS = 600_000;
const SELECTED_NODE = "volume.kubernetes.io/selected-node";
const DRIVER = "ebs.csi.eks.amazonaws.com";

interface Item {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: the fields depend on the kind
  readonly spec: any;
  // biome-ignore lint/suspicious/noExplicitAny: the fields depend on the kind
  readonly status?: any;
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime: string;
}

const server = EksApi.server(process.argv[2] ?? "");

async function list(path: string): Promise<readonly Item[]> {
  const { items = [] } = JSON.parse(await sendToApi(server, "GET", path)) as {
    readonly items?: readonly Item[];
  };
  return items;
}

const CERTIFICATES = "/apis/cert-manager.io/v1";

/** cert-manager writes the Secret, then marks the Certificate as ready. */
async function issueCertificates(): Promise<void> {
  for (const { metadata, spec, status } of await list(`${CERTIFICATES}/certificates`)) {
    if (status?.conditions !== undefined) continue;
    const { namespace, name } = metadata;
    const encoded = (text: string): string => Buffer.from(text).toString("base64");
    const data = { "tls.crt": encoded("certificate"), "tls.key": encoded("key"), "ca.crt": encoded("ca") };
    await sendToApi(server, "POST", `/api/v1/namespaces/${namespace}/secrets`, {
      apiVersion: "v1",
      kind: "Secret",
      type: "kubernetes.io/tls",
      metadata: { name: spec.secretName, namespace },
      data,
    });
    const conditions = [{ type: "Ready", status: "True", reason: "Ready", message: "issued" }];
    const path = `${CERTIFICATES}/namespaces/${namespace}/certificates/${name}/status`;
    await sendToApi(server, "PATCH", path, { status: { conditions } });
  }
}

async function createLoadBalancers(): Promise<void> {
  for (const { metadata, spec, status } of await list("/api/v1/services")) {
    if (spec.type !== "LoadBalancer" || status?.loadBalancer?.ingress !== undefined) continue;
    const hostname = `${metadata.name}-${metadata.uid.slice(0, 8)}.elb.eu-central-1.amazonaws.com`;
    const path = `/api/v1/namespaces/${metadata.namespace}/services/${metadata.name}/status`;
    await sendToApi(server, "PATCH", path, { status: { loadBalancer: { ingress: [{ hostname }] } } });
  }
}

/** The CSI driver creates a volume once a node is selected, and deletes it after its claim. */
async function manageVolumes(): Promise<void> {
  for (const { metadata, spec } of await list("/api/v1/persistentvolumeclaims")) {
    if (spec.volumeName !== undefined || metadata.annotations?.[SELECTED_NODE] === undefined) continue;
    const { name, namespace, uid } = metadata;
    await sendToApi(server, "POST", "/api/v1/persistentvolumes", {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: `pvc-${uid}`, annotations: { "pv.kubernetes.io/provisioned-by": DRIVER } },
      spec: {
        storageClassName: spec.storageClassName,
        capacity: { storage: spec.resources.requests.storage },
        accessModes: spec.accessModes,
        persistentVolumeReclaimPolicy: await reclaimPolicy(spec.storageClassName),
        csi: { driver: DRIVER, volumeHandle: `vol-${randomUUID()}` },
        claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace, uid },
      },
    });
  }
  for (const { metadata, spec, status } of await list("/api/v1/persistentvolumes")) {
    if (status?.phase === "Released" && spec.persistentVolumeReclaimPolicy === "Delete")
      await sendToApi(server, "DELETE", `/api/v1/persistentvolumes/${metadata.name}`);
  }
}

/**
 * Makes pods that have just become ready ready for ten minutes, so that no test waits for `minReadySeconds`, in which the load balancer
 * of a real cluster registers the pod.
 */
async function backdateReadiness(): Promise<void> {
  const now = Date.now();
  for (const { metadata, status } of await list("/api/v1/pods")) {
    const conditions: readonly Condition[] = status?.conditions ?? [];
    const isRecent = ({ type, status: value, lastTransitionTime }: Condition): boolean =>
      type === "Ready" && value === "True" && Date.parse(lastTransitionTime) > now - READY_FOR_MS / 2;
    if (!conditions.some(isRecent)) continue;
    const lastTransitionTime = `${new Date(now - READY_FOR_MS).toISOString().slice(0, 19)}Z`;
    const backdated = conditions.map((condition) =>
      isRecent(condition) ? { ...condition, lastTransitionTime } : condition,
    );
    const path = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}/status`;
    await sendToApi(server, "PATCH", path, { status: { conditions: backdated } });
  }
}

async function reclaimPolicy(storageClass: string): Promise<string> {
  const path = `/apis/storage.k8s.io/v1/storageclasses/${storageClass}`;
  const { reclaimPolicy: policy } = JSON.parse(await sendToApi(server, "GET", path)) as {
    readonly reclaimPolicy?: string;
  };
  return policy ?? "Delete";
}

for (;;) {
  for (const step of [issueCertificates, createLoadBalancers, manageVolumes, backdateReadiness]) {
    // An object may change between reading and writing; the next round sees the new one.
    await step().catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
  }
  await sleep(POLL_MS);
}
