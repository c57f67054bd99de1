import { stringify } from "yaml";
import type { Environment } from "../../shared/environments.ts";
import { serviceHost } from "../../shared/network/application-flows.ts";
import { MONITORING_PORTS } from "../../shared/network/monitoring-ports.ts";
import { MOUNT_PATHS, WEB_USERNAMES } from "../mount-paths.ts";

/** The directory of the dashboard files. */
export const DASHBOARD_DIRECTORY = "/etc/grafana/dashboards";

const GRAFANA_SETTINGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  server: {
    protocol: "https",
    http_port: String(MONITORING_PORTS.grafana),
    cert_file: `${MOUNT_PATHS.tls}/tls.crt`,
    cert_key: `${MOUNT_PATHS.tls}/tls.key`,
    min_tls_version: "TLS1.2",
    // Grafana is accessed by port-forward.
    domain: "localhost",
  },
  security: {
    admin_user: "admin",
    admin_password: `$__file{${MOUNT_PATHS.grafanaPassword}}`,
    cookie_secure: "true",
    cookie_samesite: "strict",
    strict_transport_security: "true",
    content_security_policy: "true",
    disable_gravatar: "true",
    disable_initial_admin_creation: "false",
  },
  "auth.anonymous": { enabled: "false" },
  users: { allow_sign_up: "false", allow_org_create: "false" },
  // No update checks, telemetry or other external requests.
  analytics: {
    reporting_enabled: "false",
    check_for_updates: "false",
    check_for_plugin_updates: "false",
    feedback_links_enabled: "false",
  },
  news: { news_feed_enabled: "false" },
  snapshots: { external_enabled: "false" },
  plugins: { plugin_admin_enabled: "false", preinstall_disabled: "true" },
  // Alerts are evaluated only in Prometheus.
  unified_alerting: { enabled: "false" },
  log: { mode: "console", level: "info" },
  "log.console": { format: "json" },
  paths: { data: "/var/lib/grafana", provisioning: "/etc/grafana/provisioning" },
  database: { type: "sqlite3" },
};

/** The complete grafana.ini. */
export function renderGrafanaIni(): string {
  return Object.entries(GRAFANA_SETTINGS)
    .flatMap(([section, values]) => [
      `[${section}]`,
      ...Object.entries(values).map(([key, value]) => `${key} = ${value}`),
      "",
    ])
    .join("\n");
}

/** Provisioned data sources; passwords and the CA are read from files. */
export function renderDataSources(environment: Environment): string {
  const tls = {
    tlsAuthWithCACert: true,
    serverName: serviceHost("prometheus"),
  };
  return stringify({
    apiVersion: 1,
    prune: true,
    datasources: [
      {
        // The dashboards select their data source by the environment's name.
        name: environment,
        uid: environment,
        type: "prometheus",
        access: "proxy",
        url: `https://${serviceHost("prometheus")}:${MONITORING_PORTS.prometheus}`,
        isDefault: true,
        editable: false,
        basicAuth: true,
        basicAuthUser: WEB_USERNAMES.prometheus,
        jsonData: { ...tls, httpMethod: "POST", manageAlerts: false, timeInterval: "15s" },
        secureJsonData: {
          basicAuthPassword: `$__file{${MOUNT_PATHS.prometheusPassword}}`,
          tlsCACert: `$__file{${MOUNT_PATHS.authority}}`,
        },
      },
      {
        name: "Alertmanager",
        uid: "alertmanager",
        type: "alertmanager",
        access: "proxy",
        url: `https://${serviceHost("alertmanager")}:${MONITORING_PORTS.alertmanager}`,
        editable: false,
        basicAuth: true,
        basicAuthUser: WEB_USERNAMES.alertmanager,
        jsonData: { ...tls, serverName: serviceHost("alertmanager"), implementation: "prometheus" },
        secureJsonData: {
          basicAuthPassword: `$__file{${MOUNT_PATHS.alertmanagerPassword}}`,
          tlsCACert: `$__file{${MOUNT_PATHS.authority}}`,
        },
      },
    ],
  });
}

/** The dashboard provider of Grafana's provisioning. */
export function renderDashboardProvider(): string {
  return stringify({
    apiVersion: 1,
    providers: [
      {
        name: "spacetime-vr",
        folder: "SpaceTime VR",
        type: "file",
        // Changes in the UI would be lost at the next deployment.
        allowUiUpdates: false,
        disableDeletion: true,
        options: { path: DASHBOARD_DIRECTORY },
      },
    ],
  });
}
