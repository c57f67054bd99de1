import { join } from "node:path";
import { Secret } from "../secret.ts";
import { requireTlsOrLoopback, stripTrailingSlashes } from "./loopback.ts";
import { readPem, readToken } from "./target-files.ts";

/** How a client authenticates: the product's own monitoring uses basic authentication, an external one often a token. */
export type MonitoringCredential =
  | { readonly kind: "basic"; readonly user: string; readonly password: Secret }
  | { readonly kind: "bearer"; readonly token: Secret };

/** How to reach one of Prometheus, Alertmanager and Grafana. */
export interface MonitoringEndpoint {
  readonly url: string;
  readonly credential?: MonitoringCredential;
  /** CA certificate in PEM; without it the CAs of this machine are trusted. */
  readonly authority?: string;
}

type System = "prometheus" | "alertmanager" | "grafana";

/** How to reach the monitoring; a system without an address is not read. */
export type MonitoringTarget = Partial<Readonly<Record<System, MonitoringEndpoint>>>;

interface SystemDefinition {
  readonly option: string;
  readonly urlOf: (options: MonitoringOptions) => string | undefined;
  /** The user of the product's own monitoring (components/monitoring). */
  readonly user: string;
  /** The variable and the generated secret with the user's password. */
  readonly variable: string;
  readonly secret: string;
}

const SYSTEMS: Readonly<Record<System, SystemDefinition>> = {
  prometheus: {
    option: "--prometheus-url",
    urlOf: ({ prometheusUrl }) => prometheusUrl,
    user: "prometheus",
    variable: "SPACETIME_VR_PROMETHEUS_PASSWORD",
    secret: "prometheus-web-password",
  },
  alertmanager: {
    option: "--alertmanager-url",
    urlOf: ({ alertmanagerUrl }) => alertmanagerUrl,
    user: "alertmanager",
    variable: "SPACETIME_VR_ALERTMANAGER_PASSWORD",
    secret: "alertmanager-web-password",
  },
  grafana: {
    option: "--grafana-url",
    urlOf: ({ grafanaUrl }) => grafanaUrl,
    user: "admin",
    variable: "SPACETIME_VR_GRAFANA_PASSWORD",
    secret: "grafana-admin-password",
  },
};

/** What an operator says about the monitoring. */
export interface MonitoringOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly prometheusUrl?: string;
  readonly alertmanagerUrl?: string;
  readonly grafanaUrl?: string;
  /** CA certificate of the monitoring, in PEM. */
  readonly monitoringCaFile?: string;
  /** A directory that `secrets generate` wrote: tokens, the monitoring's passwords and the internal CA. */
  readonly secrets?: string;
}

/**
 * Resolves the addresses and credentials of the monitoring: a password for the product's own systems, or a token for an external
 * one.
 * @throws InputError if a credential would be sent in plain text, or if a file is invalid.
 */
export function resolveMonitoring(options: MonitoringOptions): MonitoringTarget {
  const authority = readAuthority(options);
  const entries = Object.entries(SYSTEMS).flatMap(([name, system]) => {
    const url = system.urlOf(options);
    if (url === undefined) return [];
    const credential = resolveCredential(system, options);
    // Monitoring inside a cluster may use plain HTTP, as long as no credential is sent.
    const checked =
      credential === undefined ? url : requireTlsOrLoopback(system.option, url, ["https:", "http:"]);
    const endpoint: MonitoringEndpoint = {
      url: stripTrailingSlashes(checked),
      ...(credential === undefined ? {} : { credential }),
      ...(authority === undefined ? {} : { authority }),
    };
    return [[name, endpoint] as const];
  });
  return Object.fromEntries(entries);
}

function resolveCredential(
  { user, variable, secret }: SystemDefinition,
  { env = process.env, secrets }: MonitoringOptions,
): MonitoringCredential | undefined {
  const { [variable]: password = "", SPACETIME_VR_MONITORING_TOKEN: token = "" } = env;
  if (password !== "") return { kind: "basic", user, password: new Secret(password) };
  if (token !== "") return { kind: "bearer", token: new Secret(token) };
  if (secrets === undefined) return undefined;
  return { kind: "basic", user, password: readToken("--secrets", join(secrets, "secrets", secret)) };
}

function readAuthority({ monitoringCaFile, secrets }: MonitoringOptions): string | undefined {
  if (monitoringCaFile !== undefined) return readPem("--monitoring-ca-file", monitoringCaFile);
  return secrets === undefined ? undefined : readPem("--secrets", join(secrets, "tls", "ca.crt"));
}
