import type { Problem } from "../../../components/shared/errors.ts";
import { MIN_KUBERNETES_MINOR } from "../../../probes/preflight/index.ts";
import type { NamespaceIdentity } from "../state/checkpoint.ts";
import type { ApiKind, ClusterRequirements, NodePort } from "./cluster-requirements.ts";

/** Maximum number of names in one message; the others are counted. */
const MAX_NAMES = 5;

/** The contexts of the operator's kubeconfig. */
export interface Kubeconfig {
  readonly currentContext: string | undefined;
  readonly contexts: readonly string[];
}

/** An action on objects of one kind that the cluster denies to the operator. */
export interface DeniedAccess {
  readonly verb: string;
  readonly resource: string;
  readonly namespace: string | undefined;
}

/** What the cluster has; undefined for what the operator may not read. */
export interface ClusterFacts {
  /** The version of the API server, such as `v1.36.3`. */
  readonly version: string;
  /** Kinds of the plan that the API server does not serve. */
  readonly missingKinds: readonly ApiKind[];
  readonly storage:
    | {
        /** The names of storage classes, and of those that existing volumes have. */
        readonly classes: readonly string[];
        readonly hasDefault: boolean;
      }
    | undefined;
  readonly nodePorts: readonly NodePort[] | undefined;
  readonly denied: readonly DeniedAccess[];
}

function listNames(names: readonly string[]): string {
  const rest = names.length - MAX_NAMES;
  return `${names.slice(0, MAX_NAMES).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

/**
 * Whether the kubeconfig has the context that the deployment uses.
 * @param wanted `cluster.context` of the stack file; undefined for the current context.
 */
export function findKubeconfigProblems(
  { currentContext, contexts }: Kubeconfig,
  wanted: string | undefined,
): Problem[] {
  if (contexts.length === 0) {
    return [
      {
        subject: "the kubeconfig",
        rule: "has no context, so that there is no cluster to deploy to",
        remedy:
          "Set KUBECONFIG to the file of your cluster, or create a cluster (kind create cluster, minikube start), and check with: kubectl cluster-info",
      },
    ];
  }
  const context = wanted ?? currentContext;
  if (context !== undefined && contexts.includes(context)) return [];
  const source = wanted === undefined ? "the current context of the kubeconfig" : "cluster.context";
  return [
    {
      subject: source,
      ...(context === undefined ? {} : { value: context }),
      rule: `${context === undefined ? "is not set" : "is not in the kubeconfig"} (contexts: ${listNames(contexts)})`,
      remedy:
        wanted === undefined
          ? "Select one with: kubectl config use-context NAME"
          : "Name one of them in the stack file, or set KUBECONFIG to the file that has it.",
    },
  ];
}

/** Compares what a plan needs with what the cluster has. */
export function findClusterProblems(requirements: ClusterRequirements, facts: ClusterFacts): Problem[] {
  return [
    ...versionProblems(facts.version),
    ...apiProblems(facts.missingKinds),
    ...storageProblems(requirements.storage, facts.storage),
    ...nodePortProblems(requirements.nodePorts, facts.nodePorts ?? []),
    ...accessProblems(facts.denied),
  ];
}

function versionProblems(version: string): Problem[] {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === "1" && Number(minor) >= MIN_KUBERNETES_MINOR) return [];
  return [
    {
      subject: "the version of the API server",
      value: version,
      rule: `must be 1.${MIN_KUBERNETES_MINOR} or newer`,
      remedy: "Upgrade the control plane, one minor version at a time, or use a newer cluster.",
    },
  ];
}

function apiProblems(missing: readonly ApiKind[]): Problem[] {
  const versions = [...new Set(missing.map(({ apiVersion }) => apiVersion))];
  return versions.map((apiVersion) => {
    const kinds = missing.filter((one) => one.apiVersion === apiVersion).map(({ kind }) => kind);
    return {
      subject: `the API ${apiVersion}`,
      rule: `is not served by the cluster, and the plan has objects of it (${listNames(kinds)})`,
      remedy:
        apiVersion.includes(".k8s.io") || !apiVersion.includes(".")
          ? "It is part of newer versions of Kubernetes: upgrade the cluster."
          : "Install its custom resource definitions first, or change the setting that needs them.",
    };
  });
}

function storageProblems(wanted: ClusterRequirements["storage"], found: ClusterFacts["storage"]): Problem[] {
  if (found === undefined) return [];
  const { classes, hasDefault } = found;
  const isMissing = (name: string | undefined) =>
    name === undefined ? !hasDefault : !classes.includes(name);
  const missing = wanted.filter(({ storageClass }) => isMissing(storageClass));
  return [...new Set(missing.map(({ storageClass }) => storageClass))].map((name) => {
    const claimants = missing
      .filter(({ storageClass }) => storageClass === name)
      .map(({ claimant }) => claimant);
    return {
      subject: name === undefined ? "the default storage class" : "the storage class",
      ...(name === undefined ? {} : { value: name }),
      rule: `does not exist, and ${listNames([...new Set(claimants)])} would wait for volumes until the update fails (storage classes: ${listNames(classes) || "none"})`,
      remedy:
        "Name an existing one in cluster.storageClass (k3d: local-path, kind and minikube: standard), or create it.",
    };
  });
}

function nodePortProblems(wanted: readonly NodePort[], used: readonly NodePort[]): Problem[] {
  return wanted.flatMap(({ port, service }) => {
    const other = used.find((one) => one.port === port && one.service !== service);
    if (other === undefined) return [];
    return [
      {
        subject: `the node port of ${service}`,
        value: String(port),
        rule: `is used by the Service ${other.service}`,
        remedy: "Name a free port of 30000 to 32767 in gateway.exposure, or delete that Service.",
      },
    ];
  });
}

function accessProblems(denied: readonly DeniedAccess[]): Problem[] {
  const namespaces = [...new Set(denied.map(({ namespace }) => namespace))];
  return namespaces.flatMap((namespace) => {
    const missing = denied.filter((one) => one.namespace === namespace);
    const [first] = missing;
    if (first === undefined) return [];
    const resources = [...new Set(missing.map(({ resource }) => resource))].map((resource) => {
      const verbs = missing.filter((one) => one.resource === resource).map(({ verb }) => verb);
      return `${resource} (${verbs.join(", ")})`;
    });
    const scope = namespace === undefined ? "" : ` --namespace ${namespace}`;
    return [
      {
        subject:
          namespace === undefined
            ? "permission for cluster-wide objects"
            : `permission in the namespace ${namespace}`,
        rule: `is missing: ${listNames(resources)}`,
        remedy: `Ask an administrator of the cluster for it, or use another user; check with: kubectl auth can-i ${first.verb} ${first.resource}${scope}`,
      },
    ];
  });
}

/**
 * Compares the namespaces in the state with those of the cluster: if none is the same object, an update would create everything a second
 * time, and a refresh or a destruction would remove from the state what still runs elsewhere.
 * @param live the UIDs of the existing namespaces, by name.
 */
export function findClusterMismatch(
  environment: string,
  context: string | undefined,
  deployed: readonly NamespaceIdentity[],
  live: ReadonlyMap<string, string>,
): Problem[] {
  if (deployed.length === 0 || deployed.some(({ name, uid }) => live.get(name) === uid)) return [];
  const names = listNames(deployed.map(({ name }) => name));
  return [
    {
      subject: "the cluster",
      ...(context === undefined ? {} : { value: context }),
      rule: `is not the one that ${environment} was deployed to: none of its namespaces (${names}) has the UID that is in the state`,
      remedy: `Select the other cluster (kubectl config get-contexts; kubectl config use-context NAME). Only if it was rebuilt or the namespaces were deleted by hand: pulumi refresh --yes --stack ${environment} removes from the state what no longer exists; then run this again.`,
    },
  ];
}
