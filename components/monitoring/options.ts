import type { Environment } from "../shared/environments.ts";
import type { MuteTime, Notifications, Silence } from "./alertmanager/types.ts";
import type { BlackboxProbe } from "./exporters/blackbox-config.ts";

/** Whether an exporter is deployed, or the cluster already has it. */
export type ExporterSource =
  | { readonly kind: "own" }
  | { readonly kind: "cluster"; readonly namespace: string };

/** The remote destination of samples, in addition to Prometheus' volume. */
export type RemoteWrite =
  | { readonly kind: "none" }
  | {
      readonly kind: "amazon-managed-prometheus";
      readonly region: string;
      readonly workspaceId: string;
    }
  | { readonly kind: "url"; readonly url: string };

/** What prometheus.yml depends on. */
export interface PrometheusOptions {
  readonly environment: Environment;
  readonly replicas: number;
  readonly alertmanagerReplicas: number;
  readonly remoteWrite: RemoteWrite;
  readonly nodeExporter: ExporterSource;
  readonly kubeStateMetrics: ExporterSource;
  readonly verifyKubelets: boolean;
  /** Whether Redis runs in the cluster and has an exporter. */
  readonly redisExporter: boolean;
  /** Whether Postgres runs in the cluster and has an exporter. */
  readonly postgresExporter: boolean;
  readonly logShipping: boolean;
  readonly probes: readonly BlackboxProbe[];
}

/** What alertmanager.yml depends on. */
export interface AlertmanagerOptions {
  readonly notifications: Notifications;
  readonly muteTimes: readonly MuteTime[];
}

export type { MuteTime, Notifications, Silence };
