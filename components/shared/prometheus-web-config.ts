/** The mount path of a pod's certificate. */
const TLS_DIRECTORY = "/run/secrets/tls";

/** The file name of a `--web.config.file`, by which the policies find it. */
export const PROMETHEUS_WEB_CONFIG_FILE = "web.yml";

/** The `--web.config.file` of Prometheus' projects and exporters: TLS 1.2 or newer; certificates are re-read on every connection. */
export function renderPrometheusWebConfig(directory: string = TLS_DIRECTORY): string {
  return [
    "tls_server_config:",
    `  cert_file: ${directory}/tls.crt`,
    `  key_file: ${directory}/tls.key`,
    "  min_version: TLS12",
    "",
  ].join("\n");
}
