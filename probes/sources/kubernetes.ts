/** The fields of Kubernetes objects that the checks read, as the API server returns them. */
export interface KubeObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly generation?: number;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
  };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface Namespace extends KubeObject {
  readonly status?: { readonly phase?: string };
}

export interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

export interface PodTemplate {
  readonly spec?: {
    readonly containers?: readonly Container[];
    readonly volumes?: readonly { readonly configMap?: { readonly name?: string } }[];
    readonly topologySpreadConstraints?: readonly {
      readonly topologyKey: string;
      readonly maxSkew: number;
    }[];
  };
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly envFrom?: readonly { readonly configMapRef?: { readonly name?: string } }[];
}

export interface Workload extends KubeObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly template?: PodTemplate;
    readonly volumeClaimTemplates?: readonly KubeObject[];
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly unavailableReplicas?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
    readonly desiredNumberScheduled?: number;
    readonly numberReady?: number;
    readonly updatedNumberScheduled?: number;
    readonly conditions?: readonly Condition[];
  };
}

export interface Pod extends KubeObject {
  readonly spec?: { readonly nodeName?: string; readonly containers?: readonly Container[] };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly {
      readonly name: string;
      readonly imageID?: string;
      readonly restartCount: number;
      readonly lastState?: {
        readonly terminated?: {
          readonly reason?: string;
          readonly exitCode: number;
          readonly finishedAt?: string;
        };
      };
    }[];
  };
}

export interface Service extends KubeObject {
  readonly spec?: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly selector?: Readonly<Record<string, string>>;
    readonly ports?: readonly { readonly port: number; readonly nodePort?: number }[];
  };
  readonly status?: { readonly loadBalancer?: LoadBalancerStatus };
}

interface LoadBalancerStatus {
  readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
}

export interface Ingress extends KubeObject {
  readonly status?: { readonly loadBalancer?: LoadBalancerStatus };
}

export interface EndpointSlice extends KubeObject {
  readonly endpoints?: readonly {
    readonly addresses: readonly string[];
    readonly conditions?: { readonly ready?: boolean };
  }[];
}

export interface PersistentVolumeClaim extends KubeObject {
  readonly status?: { readonly phase?: string };
}

export interface NetworkPolicy extends KubeObject {
  readonly spec?: {
    readonly podSelector?: { readonly matchLabels?: object; readonly matchExpressions?: readonly unknown[] };
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly unknown[];
    readonly egress?: readonly unknown[];
  };
}

export interface HorizontalPodAutoscaler extends KubeObject {
  readonly spec?: {
    readonly minReplicas?: number;
    readonly maxReplicas: number;
    readonly scaleTargetRef?: { readonly name: string };
    readonly metrics?: readonly {
      readonly resource?: {
        readonly name: string;
        readonly target: { readonly averageUtilization?: number };
      };
    }[];
  };
  readonly status?: {
    readonly currentReplicas?: number;
    readonly desiredReplicas?: number;
    readonly conditions?: readonly Condition[];
    readonly currentMetrics?: readonly {
      readonly resource?: {
        readonly name: string;
        readonly current: { readonly averageUtilization?: number };
      };
    }[];
  };
}

export interface PodDisruptionBudget extends KubeObject {
  readonly status?: {
    readonly disruptionsAllowed?: number;
    readonly currentHealthy?: number;
    readonly desiredHealthy?: number;
  };
}

export interface CronJob extends KubeObject {
  readonly spec?: { readonly schedule?: string; readonly suspend?: boolean };
  readonly status?: { readonly lastSuccessfulTime?: string; readonly lastScheduleTime?: string };
}

export interface Node extends KubeObject {
  readonly spec?: { readonly unschedulable?: boolean };
}

/** The objects in the deployment's namespaces. Secrets are never read. */
export interface ClusterState {
  readonly namespaces: readonly Namespace[];
  readonly configMaps: readonly ConfigMap[];
  readonly deployments: readonly Workload[];
  readonly statefulSets: readonly Workload[];
  readonly daemonSets: readonly Workload[];
  readonly pods: readonly Pod[];
  readonly services: readonly Service[];
  readonly endpointSlices: readonly EndpointSlice[];
  readonly ingresses: readonly Ingress[];
  readonly claims: readonly PersistentVolumeClaim[];
  readonly networkPolicies: readonly NetworkPolicy[];
  readonly autoscalers: readonly HorizontalPodAutoscaler[];
  readonly disruptionBudgets: readonly PodDisruptionBudget[];
  readonly cronJobs: readonly CronJob[];
  readonly nodes: readonly Node[];
}

/** The object kind of each property of `ClusterState`. */
export const OBJECT_KINDS = {
  namespaces: "Namespace",
  configMaps: "ConfigMap",
  deployments: "Deployment",
  statefulSets: "StatefulSet",
  daemonSets: "DaemonSet",
  pods: "Pod",
  services: "Service",
  endpointSlices: "EndpointSlice",
  ingresses: "Ingress",
  claims: "PersistentVolumeClaim",
  networkPolicies: "NetworkPolicy",
  autoscalers: "HorizontalPodAutoscaler",
  disruptionBudgets: "PodDisruptionBudget",
  cronJobs: "CronJob",
  nodes: "Node",
} as const satisfies Readonly<Record<keyof ClusterState, string>>;

/** Groups the objects of `kubectl get -o json` by kind. */
export function groupObjectsByKind(objects: readonly KubeObject[]): ClusterState {
  const entries = Object.entries(OBJECT_KINDS).map(([part, kind]) => [
    part,
    objects.filter((one) => one.kind === kind),
  ]);
  return Object.fromEntries(entries);
}
