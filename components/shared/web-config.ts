/** Where pods mount their certificate. */
const TLS = "/run/secrets/tls";

/** The file name of a `--web.config.file`, by which policies know it. */
export const WEB_CONFIG_FILE = "web.yml";

/** The `--web.config.file` of Prometheus' projects and exporters: TLS 1.2 or newer, read anew at each connection. */
export function webConfig(directory: string = TLS): string {
  return [
    "tls_server_config:",
    `  cert_file: ${directory}/tls.crt`,
    `  key_file: ${directory}/tls.key`,
    "  min_version: TLS12",
    "",
  ].join("\n");
}
