import type { Config } from "../../components/config/config.ts";

/** A TCP endpoint outside the deployment. */
export interface ExternalAddress {
  readonly host: string;
  readonly port: number;
  /** What needs it. */
  readonly purpose: string;
}

const HTTPS = 443;

const ACME_HOSTS = {
  letsencrypt: "acme-v02.api.letsencrypt.org",
  "letsencrypt-staging": "acme-staging-v02.api.letsencrypt.org",
} as const;

/** The external addresses in a stack file: stores, log receiver, notification channels, ACME server and image registry. */
export function externalAddresses(config: Config): readonly ExternalAddress[] {
  const { database, logs, certificates, gameServer } = config;
  return [
    { host: registryHost(gameServer.image), port: HTTPS, purpose: "image registry" },
    ...(database.kind === "external"
      ? [{ host: database.host, port: database.port, purpose: "database" }]
      : []),
    ...(logs.kind === "loki" ? [{ host: logs.host, port: logs.port, purpose: "log receiver" }] : []),
    ...(logs.kind === "cloudwatch"
      ? [{ host: `logs.${logs.region}.amazonaws.com`, port: HTTPS, purpose: "log receiver" }]
      : []),
    ...(certificates.kind === "acme"
      ? [{ host: ACME_HOSTS[certificates.server], port: HTTPS, purpose: "ACME server" }]
      : []),
    ...notificationAddresses(config),
  ];
}

function notificationAddresses({ monitoring }: Config): ExternalAddress[] {
  if (monitoring.kind === "none") return [];
  const { email, slack, pagerduty, deadMansSwitch } = monitoring.notifications;
  const monitor = deadMansSwitch.kind === "webhook" ? new URL(deadMansSwitch.url) : undefined;
  return [
    ...(email.kind === "smtp" ? [{ host: email.host, port: email.port, purpose: "e-mail relay" }] : []),
    ...(slack.kind === "webhook" ? [{ host: "hooks.slack.com", port: HTTPS, purpose: "Slack" }] : []),
    ...(pagerduty.kind === "events"
      ? [{ host: "events.pagerduty.com", port: HTTPS, purpose: "PagerDuty" }]
      : []),
    ...(monitor === undefined
      ? []
      : [{ host: monitor.hostname, port: Number(monitor.port || HTTPS), purpose: "dead man's switch" }]),
  ];
}

/** The registries of the planned images. */
export function plannedRegistries(planned: readonly unknown[]): readonly ExternalAddress[] {
  const hosts = new Set(plannedImages(planned).map(registryHost));
  return [...hosts].map((host) => ({ host, port: HTTPS, purpose: "image registry" }));
}

/** Every container image of the plan. */
export function plannedImages(planned: readonly unknown[]): readonly string[] {
  return [...new Set(planned.flatMap(imagesIn))];
}

function imagesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "image" && typeof inner === "string" ? [inner] : imagesIn(inner),
  );
}

/** The host of an image's registry; a name without one is of Docker Hub. */
export function registryHost(image: string): string {
  const [first = "", ...rest] = image.split("/");
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  if (!isHost || first === "docker.io") return "registry-1.docker.io";
  return first.replace(/:\d+$/, "");
}
