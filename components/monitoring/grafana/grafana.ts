import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../shared/environments.ts";
import { createImmutableConfigMap } from "../../shared/kubernetes/immutable-config-map.ts";
import { emptyDirVolume } from "../../shared/kubernetes/pod-spec.ts";
import { MONITORING_PORTS } from "../../shared/network/monitoring-ports.ts";
import type { DashboardFile } from "../dashboards/index.ts";
import {
  containerProbes,
  createService,
  createServiceAccount,
  createSingleReplicaDeployment,
  httpsGetHandler,
  restrictedContainer,
  secretVolume,
  TLS_MOUNT,
  type WorkloadTls,
  workloadMetadata,
} from "../workload-resources.ts";
import {
  DASHBOARD_DIRECTORY,
  renderDashboardProvider,
  renderDataSources,
  renderGrafanaIni,
} from "./grafana-config.ts";

interface GrafanaArgs {
  readonly environment: Environment;
  readonly dashboards: readonly DashboardFile[];
  readonly secrets: { readonly grafana: string; readonly prometheus: string; readonly alertmanager: string };
  readonly tls: WorkloadTls;
}

const NAME = "grafana";
const GRAFANA_RESOURCES = { cpu: "200m", memory: "512Mi" };

/** The user of the Grafana image; it owns the files that Grafana writes. */
const IDENTITY = { uid: 472, gid: 472 };

/** A stateless Grafana: dashboards and data sources are provisioned. It is accessed by port-forward. */
export class Grafana extends pulumi.ComponentResource {
  constructor(name: string, args: GrafanaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:monitoring:Grafana", name, {}, opts);
    const { namespace, labels } = workloadMetadata(NAME, args.environment);
    const own = { parent: this };
    const config = createImmutableConfigMap(
      `${name}-config`,
      {
        baseName: NAME,
        namespace,
        labels,
        data: {
          "grafana.ini": renderGrafanaIni(),
          "datasources.yml": renderDataSources(args.environment),
          "dashboards.yml": renderDashboardProvider(),
        },
      },
      own,
    );
    const data = Object.fromEntries(args.dashboards.map(({ fileName, json }) => [fileName, json]));
    const boards = createImmutableConfigMap(
      `${name}-dashboards`,
      { baseName: "grafana-dashboards", namespace, labels, data },
      own,
    );
    createServiceAccount(name, NAME, args.environment, this);
    createService(
      name,
      { workload: NAME, environment: args.environment, ports: { web: MONITORING_PORTS.grafana } },
      this,
    );
    createSingleReplicaDeployment(name, this.#pod(args, config.name, boards.name), {
      parent: this,
      dependsOn: [config.resource, boards.resource],
    });
    this.registerOutputs({});
  }

  #pod(
    args: GrafanaArgs,
    config: string,
    boards: string,
  ): Parameters<typeof createSingleReplicaDeployment>[1] {
    const port = MONITORING_PORTS.grafana;
    const file = (mountPath: string, subPath: string) => ({
      name: "config",
      mountPath,
      subPath,
      readOnly: true,
    });
    const secret = (name: string) => ({ name, mountPath: `/run/secrets/${name}`, readOnly: true });
    return {
      workload: NAME,
      environment: args.environment,
      identity: IDENTITY,
      tls: args.tls,
      containers: [
        restrictedContainer("grafana", GRAFANA_RESOURCES, {
          ports: [{ name: "web", containerPort: port, protocol: "TCP" }],
          ...containerProbes(
            httpsGetHandler("/api/health", "web"),
            httpsGetHandler("/api/health", "web"),
            180,
          ),
          volumeMounts: [
            file("/etc/grafana/grafana.ini", "grafana.ini"),
            file("/etc/grafana/provisioning/datasources/datasources.yml", "datasources.yml"),
            file("/etc/grafana/provisioning/dashboards/dashboards.yml", "dashboards.yml"),
            { name: "dashboards", mountPath: DASHBOARD_DIRECTORY, readOnly: true },
            TLS_MOUNT,
            secret("grafana"),
            secret("prometheus"),
            secret("alertmanager"),
            { name: "data", mountPath: "/var/lib/grafana" },
            { name: "tmp", mountPath: "/tmp" },
          ],
        }),
      ],
      volumes: [
        { name: "config", configMap: { name: config } },
        { name: "dashboards", configMap: { name: boards } },
        secretVolume("grafana", args.secrets.grafana, "grafana-admin-password"),
        secretVolume("prometheus", args.secrets.prometheus, "prometheus-web-password"),
        secretVolume("alertmanager", args.secrets.alertmanager, "alertmanager-web-password"),
        emptyDirVolume("data", "256Mi"),
        emptyDirVolume("tmp", "64Mi"),
      ],
    };
  }
}
