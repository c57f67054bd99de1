import { OperationError } from "../../operations/errors.ts";
import { type ClusterAccess, Kubectl } from "./kubectl.ts";
import { checkCluster } from "./preflight.ts";

/** A workload and its replicas. */
export interface WorkloadStatus {
  readonly workload: string;
  readonly namespace: string;
  readonly available: number;
  readonly wanted: number;
}

interface Workload {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: { readonly replicas?: number };
  readonly status?: {
    readonly availableReplicas?: number;
    readonly numberAvailable?: number;
    readonly desiredNumberScheduled?: number;
  };
}

interface StatusOptions {
  readonly cluster: ClusterAccess;
  /** @default all namespaces */
  readonly namespace: string | undefined;
}

const PART_OF = "app.kubernetes.io/part-of=spacetime-vr";
const KINDS = "deployments,statefulsets,daemonsets";

/** The workloads of a deployed package. */
export async function readPackageStatus({
  cluster,
  namespace,
}: StatusOptions): Promise<readonly WorkloadStatus[]> {
  return listWorkloads(await connect(cluster), namespace);
}

async function connect(cluster: ClusterAccess): Promise<Kubectl> {
  const kubectl = new Kubectl(cluster);
  await checkCluster(kubectl, cluster.context);
  return kubectl;
}

async function listWorkloads(
  kubectl: Kubectl,
  namespace: string | undefined,
): Promise<readonly WorkloadStatus[]> {
  const scope = namespace === undefined ? ["--all-namespaces"] : ["--namespace", namespace];
  const workloads = await kubectl.getAll<Workload>([KINDS, ...scope, "--selector", PART_OF]);
  return workloads.map(({ kind, metadata, spec, status }) => ({
    workload: `${kind.toLowerCase()}/${metadata.name}`,
    namespace: metadata.namespace,
    available: status?.availableReplicas ?? status?.numberAvailable ?? 0,
    wanted: kind === "DaemonSet" ? (status?.desiredNumberScheduled ?? 0) : (spec.replicas ?? 1),
  }));
}

/**
 * Waits until every workload is available.
 * @throws OperationError if there is none, or one is not available in time.
 */
export async function waitForPackage(
  { cluster, namespace: only }: StatusOptions,
  timeoutSeconds: number,
): Promise<readonly WorkloadStatus[]> {
  const kubectl = await connect(cluster);
  const workloads = await listWorkloads(kubectl, only);
  if (workloads.length === 0) {
    throw new OperationError(1, {
      subject: only ?? "all namespaces",
      rule: "has no workload of SpaceTime VR",
      remedy: "Deploy the package first: scripts/deployment/deploy.sh.",
    });
  }
  const deadline = performance.now() + timeoutSeconds * 1000;
  for (const { workload, namespace } of workloads) {
    await kubectl.waitForRollout(workload, namespace, deadline);
  }
  return listWorkloads(kubectl, only);
}
