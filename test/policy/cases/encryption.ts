import { requireSecurityHeaders } from "../../../policy/rules/gateway/require-security-headers.ts";
import { restrictTlsVersions } from "../../../policy/rules/gateway/restrict-tls-versions.ts";
import { requireContainerPortTls } from "../../../policy/rules/network/require-container-port-tls.ts";
import { requireIngressTls } from "../../../policy/rules/network/require-ingress-tls.ts";
import {
  CONTAINER,
  combine,
  ENVIRONMENT,
  GATEWAY,
  POD,
  REDIS,
  remove,
  replace,
  set,
  setSingleItem,
  setVariable,
  unknownAt,
  withoutPods,
} from "./changes.ts";
import type { RuleCases } from "./rule-cases.ts";

const NGINX = "gateway-config";
const PROMETHEUS = "monitoring-prometheus-stateful-set";
const NGINX_FILE = `data["nginx.conf"]`;
const nginx = (text: string, by: string) => replace(NGINX, "nginx.conf", text, by);

export const encryptionCases: readonly RuleCases[] = [
  {
    rule: requireContainerPortTls,
    compliant: [
      {
        title: "a port with an HTTPS probe",
        change: combine(
          setSingleItem(REDIS, `${CONTAINER}.ports`, { name: "metrics", containerPort: 9121 }),
          set(REDIS, `${CONTAINER}.livenessProbe`, { httpGet: { scheme: "HTTPS", port: 9121 } }),
        ),
      },
      {
        title: "a UDP port",
        change: setSingleItem(REDIS, `${CONTAINER}.ports`, { containerPort: 53, protocol: "UDP" }),
      },
    ],
    violations: [
      {
        title: "Prometheus without its web config",
        change: set(PROMETHEUS, `${CONTAINER}.args`, ["--web.listen-address=:9090"]),
        findings: [
          "monitoring-prometheus-stateful-set spec.template.spec.containers[0].ports[0]: no probe or configuration shows TLS on port 9090",
        ],
      },
      {
        title: "an empty web config",
        change: replace("monitoring-prometheus-config", "web.yml", "tls_server_config:", "nothing:"),
        findings: [
          "monitoring-prometheus-stateful-set spec.template.spec.containers[0].ports[0]: no probe or configuration shows TLS on port 9090",
        ],
      },
      {
        title: "Alertmanager gossip without TLS",
        change: replace("monitoring-alertmanager-config", "cluster.yml", "tls_server_config:", "nothing:"),
        findings: [
          "monitoring-alertmanager-stateful-set spec.template.spec.containers[0].ports[1]: no probe or configuration shows TLS on port 9094",
        ],
      },
      {
        title: "an additional port",
        change: setSingleItem(REDIS, `${CONTAINER}.ports`, { name: "metrics", containerPort: 9121 }),
        findings: [
          "redis-stateful-set spec.template.spec.containers[0].ports[0]: no probe or configuration shows TLS on port 9121",
        ],
      },
      {
        title: "a port with an HTTP probe",
        change: combine(
          setSingleItem(REDIS, `${CONTAINER}.ports`, { name: "metrics", containerPort: 9121 }),
          set(REDIS, `${CONTAINER}.livenessProbe`, { httpGet: { port: "metrics" } }),
        ),
        findings: [
          "redis-stateful-set spec.template.spec.containers[0].ports[0]: no probe or configuration shows TLS on port 9121",
        ],
      },
      {
        title: "the game server's telemetry without TLS",
        change: setVariable("GODOT_TLS_ENABLED", "false"),
        findings: [
          "game-server-main-deployment spec.template.spec.containers[0].ports[1]: no probe or configuration shows TLS on port 8081",
        ],
      },
      {
        title: "Redis on its plaintext port",
        change: replace("redis-config", "redis.conf", "port 0\n", "port 6379\n"),
        findings: [
          "redis-stateful-set spec.template.spec.containers[0].ports[0]: no probe or configuration shows TLS on port 6379",
        ],
      },
      {
        title: "Postgres without TLS",
        change: replace("postgres-config", "postgresql.conf", "ssl = on", "ssl = off"),
        findings: [
          "postgres-stateful-set spec.template.spec.containers[0].ports[0]: no probe or configuration shows TLS on port 5432",
        ],
      },
      {
        title: "nginx on a plaintext port",
        change: combine(
          nginx("listen 8443 ssl;", "listen 8443;"),
          set(GATEWAY, `${CONTAINER}.ports[0].name`, "public"),
        ),
        findings: [
          "gateway-deployment spec.template.spec.containers[0].ports[0]: no probe or configuration shows TLS on port 8443",
        ],
      },
    ],
    notApplicable: { change: withoutPods },
    unknown: [
      unknownAt(REDIS, `${CONTAINER}.ports`),
      unknownAt("redis-config", `data["redis.conf"]`),
      unknownAt(ENVIRONMENT, "data.GODOT_TLS_ENABLED"),
    ],
  },
  {
    rule: requireIngressTls,
    plan: "package",
    violations: [
      {
        title: "an Ingress without TLS",
        change: set("gateway-ingress", "spec.tls", undefined),
        findings: ['gateway-ingress spec.rules[0].host: the host ("play.spacetime-vr.com") has no TLS entry'],
      },
      {
        title: "a host without a TLS entry",
        change: setSingleItem("gateway-ingress", "spec.rules", { host: "www.spacetime-vr.com" }),
        findings: ['gateway-ingress spec.rules[0].host: the host ("www.spacetime-vr.com") has no TLS entry'],
      },
      {
        title: "a rule without a host",
        change: set("gateway-ingress", "spec.rules[0].host", undefined),
        findings: ["gateway-ingress spec.rules[0].host: the host (missing) has no TLS entry"],
      },
      {
        title: "a TLS entry without a Secret",
        change: set("gateway-ingress", "spec.tls[0].secretName", undefined),
        findings: ['gateway-ingress spec.rules[0].host: the host ("play.spacetime-vr.com") has no TLS entry'],
      },
    ],
    notApplicable: { change: remove("gateway-ingress") },
    unknown: [unknownAt("gateway-ingress", "spec.tls")],
  },
  {
    rule: restrictTlsVersions,
    violations: [
      {
        title: "an old TLS version",
        change: nginx("ssl_protocols TLSv1.2", "ssl_protocols TLSv1.1 TLSv1.2"),
        findings: ['gateway-config data["nginx.conf"]: nginx.conf accepts TLSv1.1'],
      },
      {
        title: "ssl_protocols is not set",
        change: nginx("ssl_protocols TLSv1.2 TLSv1.3;\n  ssl_ciphers", "ssl_ciphers"),
        findings: ['gateway-config data["nginx.conf"]: nginx.conf does not set ssl_protocols'],
      },
      {
        title: "a plaintext listener",
        change: nginx("listen 8443 ssl;", "listen 8080;"),
        findings: ['gateway-config data["nginx.conf"]: nginx.conf listens on 8080 without TLS'],
      },
      {
        title: "no nginx.conf",
        change: remove(NGINX),
        findings: ["gateway-deployment spec.template.spec.volumes: the pod mounts no nginx.conf"],
      },
    ],
    notApplicable: { change: remove(GATEWAY) },
    unknown: [unknownAt(NGINX, NGINX_FILE)],
  },
  {
    rule: requireSecurityHeaders,
    violations: [
      {
        title: "no Strict-Transport-Security header",
        change: nginx("Strict-Transport-Security", "X-Other"),
        findings: [
          'gateway-config data["nginx.conf"]: nginx.conf does not send the header Strict-Transport-Security with every response',
        ],
      },
      {
        title: "a header that is not sent with errors",
        change: nginx('nosniff" always', 'nosniff"'),
        findings: [
          'gateway-config data["nginx.conf"]: nginx.conf does not send the header X-Content-Type-Options with every response',
        ],
      },
      {
        title: "an empty Content-Security-Policy",
        change: nginx("default-src 'none'; ", ""),
        findings: [
          'gateway-config data["nginx.conf"]: nginx.conf does not send the header Content-Security-Policy with every response',
        ],
      },
    ],
    notApplicable: { change: remove(GATEWAY) },
    unknown: [unknownAt(NGINX, NGINX_FILE), unknownAt(GATEWAY, `${POD}.volumes[0].configMap.name`)],
  },
];
