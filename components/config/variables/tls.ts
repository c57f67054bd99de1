import type { VariableCategory } from "./types.ts";
import { filePath } from "./value-types.ts";
import { boolean, choice, defineDerived, defineSetting, integer } from "./variable-builders.ts";

/** The mount path of the internal certificate, which is fixed in the pod spec. */
const TLS_DIRECTORY = "/run/secrets/tls";

/** TLS between the gateway and the server, and the CAs that the server trusts. */
export const TLS: VariableCategory = {
  title: "TLS",
  variables: [
    defineDerived({
      name: "GODOT_TLS_ENABLED",
      type: boolean,
      // Not a setting: probes and the gateway use TLS for the server in every environment and would break without it.
      derive: () => true,
      description: "Serves the HTTP API and telemetry over TLS with the internal certificate.",
    }),
    defineDerived({
      name: "GODOT_TLS_CERT_PATH",
      type: filePath,
      derive: () => `${TLS_DIRECTORY}/tls.crt`,
      description: "PEM file with the server's certificate chain.",
    }),
    defineDerived({
      name: "GODOT_TLS_KEY_PATH",
      type: filePath,
      derive: () => `${TLS_DIRECTORY}/tls.key`,
      description: "PEM file with the private key of that certificate.",
    }),
    defineDerived({
      name: "GODOT_TLS_CA_PATH",
      type: filePath,
      from: "redis",
      derive: ({ stack }) =>
        stack.redis.kind === "elasticache" ? "/run/secrets/redis/ca.crt" : `${TLS_DIRECTORY}/ca.crt`,
      description:
        "PEM file with the CA certificates that the certificate of Redis is verified against: the internal CA, or Amazon's for ElastiCache.",
    }),
    defineSetting({
      name: "GODOT_TLS_MIN_VERSION",
      type: choice("1.2", "1.3"),
      default: "1.2",
      description: "Minimum TLS version.",
    }),
    defineSetting({
      name: "GODOT_TLS_RELOAD_SECONDS",
      type: integer(5, 3600),
      default: 30,
      description:
        "Interval at which the certificate files are checked; a renewed certificate is used without a restart.",
    }),
  ],
};
