import { stringify } from "yaml";

/** A blackbox probe; its name is the label `probe` of the metrics. */
export interface BlackboxProbe {
  readonly name: "public-http" | "public-tls" | "telemetry-port";
  readonly target: string;
}

/** The address and the TLS verification of the public endpoint. */
export interface BlackboxProbeOptions {
  /** The public name: SNI, Host header and the name in the certificate. */
  readonly domain: string;
  /** Host and port to connect to: the public name, or the gateway's Service if the name is not reachable from the cluster. */
  readonly address: string;
  /** A self-signed certificate cannot be verified against a CA; its expiry is still measured. */
  readonly verifyCertificate: boolean;
}

/** The probes of the public endpoint. */
export function blackboxProbes({ address }: BlackboxProbeOptions): BlackboxProbe[] {
  return [
    { name: "public-http", target: `https://${address}/health` },
    { name: "public-tls", target: address },
    { name: "telemetry-port", target: address },
  ];
}

/** Long enough for a TLS handshake across continents, and well below the scrape interval. */
const PROBE_TIMEOUT = "8s";

/** The complete blackbox.yml: one module per probe, of the same name. */
export function renderBlackboxConfig({ domain, verifyCertificate }: BlackboxProbeOptions): string {
  const tls = {
    server_name: domain,
    ...(verifyCertificate ? {} : { insecure_skip_verify: true }),
    min_version: "TLS12",
  };
  const handshake = [
    "GET /telemetry HTTP/1.1",
    `Host: ${domain}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    // Any 16 bytes in base64 (RFC 6455, section 4.1).
    "Sec-WebSocket-Key: cHJvYmUtcHJvYmUtcHJiZQ==",
    "",
  ];
  return stringify({
    modules: {
      "public-http": {
        prober: "http",
        timeout: PROBE_TIMEOUT,
        http: {
          method: "GET",
          headers: { Host: domain },
          valid_status_codes: [200],
          fail_if_not_ssl: true,
          follow_redirects: false,
          preferred_ip_protocol: "ip4",
          tls_config: tls,
        },
      },
      "public-tls": {
        prober: "tcp",
        timeout: PROBE_TIMEOUT,
        tcp: { tls: true, preferred_ip_protocol: "ip4", tls_config: tls },
      },
      "telemetry-port": {
        prober: "tcp",
        timeout: PROBE_TIMEOUT,
        tcp: {
          tls: true,
          preferred_ip_protocol: "ip4",
          tls_config: tls,
          query_response: [
            ...handshake.map((send) => ({ send: `${send}\r` })),
            // Without a token the telemetry server rejects the handshake, which shows that it is reachable.
            { expect: "^HTTP/1.1 (101|401) " },
          ],
        },
      },
    },
  });
}
