import * as pulumi from "@pulumi/pulumi";
import { Alertmanager } from "./alertmanager/alertmanager.ts";
import type { DashboardFile } from "./dashboards/index.ts";
import { blackboxProbes } from "./exporters/blackbox-config.ts";
import { Exporters, type ExportersArgs } from "./exporters/exporters.ts";
import { Grafana } from "./grafana/grafana.ts";
import type { AlertmanagerOptions, PrometheusOptions, Silence } from "./options.ts";
import { Prometheus } from "./prometheus/prometheus.ts";
import { renderRuleFile, ruleGroups } from "./rules/index.ts";
import type { RuleOptions } from "./rules/types.ts";
import type { ContainerSize, WorkloadTlsProvider } from "./workload-resources.ts";

export interface MonitoringArgs {
  readonly prometheus: Omit<PrometheusOptions, "probes">;
  readonly prometheusSize: {
    readonly storage: string;
    readonly retentionDays: number;
    readonly resources: ContainerSize;
  };
  readonly alertmanager: AlertmanagerOptions;
  readonly silences: readonly Silence[];
  readonly rules: RuleOptions;
  readonly dashboards: readonly DashboardFile[];
  readonly exporters: Pick<ExportersArgs, "probes" | "redis" | "postgres">;
  readonly storageClass: string;
  /** The names of the Secret objects. */
  readonly secrets: { readonly prometheus: string; readonly alertmanager: string; readonly grafana: string };
  readonly tls: WorkloadTlsProvider;
}

/** Metrics, alerts and dashboards of one environment. */
export class Monitoring extends pulumi.ComponentResource {
  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:monitoring:Monitoring", name, {}, opts);
    const own = { parent: this };
    const { environment } = args.prometheus;
    const { storageClass, secrets, tls } = args;
    new Alertmanager(
      `${name}-alertmanager`,
      {
        environment,
        options: args.alertmanager,
        replicas: args.prometheus.alertmanagerReplicas,
        silences: args.silences,
        storageClass,
        secret: secrets.alertmanager,
        tls: tls("alertmanager"),
      },
      own,
    );
    new Prometheus(
      `${name}-prometheus`,
      {
        options: { ...args.prometheus, probes: blackboxProbes(args.exporters.probes) },
        rules: renderRuleFile(ruleGroups(args.rules)),
        ...args.prometheusSize,
        storageClass,
        secrets,
        tls: tls("prometheus"),
      },
      own,
    );
    new Grafana(
      `${name}-grafana`,
      { environment, dashboards: args.dashboards, secrets, tls: tls("grafana") },
      own,
    );
    const { nodeExporter, kubeStateMetrics } = args.prometheus;
    new Exporters(
      `${name}-exporters`,
      { environment, nodeExporter, kubeStateMetrics, ...args.exporters, tls },
      own,
    );
    this.registerOutputs({});
  }
}
