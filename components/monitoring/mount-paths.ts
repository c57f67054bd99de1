/** Paths in the monitoring pods that the config files refer to; `monitoring render` uses the same paths. */
export const MOUNT_PATHS = {
  tls: "/run/secrets/tls",
  authority: "/run/secrets/tls/ca.crt",
  prometheusPassword: "/run/secrets/prometheus/prometheus-web-password",
  scrapeToken: "/run/secrets/prometheus/metrics-scrape-token",
  alertmanagerPassword: "/run/secrets/alertmanager/alertmanager-web-password",
  slackWebhook: "/run/secrets/alertmanager/slackWebhookUrl",
  pagerdutyKey: "/run/secrets/alertmanager/pagerdutyRoutingKey",
  smtpPassword: "/run/secrets/alertmanager/smtpPassword",
  grafanaPassword: "/run/secrets/grafana/grafana-admin-password",
  serviceAccount: "/var/run/secrets/kubernetes.io/serviceaccount",
  /** Web config with the hashed password, made by an init container. */
  web: "/run/web/web.yml",
} as const;

/** The basic-auth users of Prometheus and Alertmanager, for the components and for engineers through a port-forward. */
export const WEB_USERNAMES = { prometheus: "prometheus", alertmanager: "alertmanager" } as const;
