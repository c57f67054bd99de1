import type { VariableCategory } from "./types.ts";
import { filePath } from "./value-types.ts";
import { boolean, choice, defineDerived, defineSetting, integer } from "./variable-builders.ts";

/** Where the internal certificate is mounted; the paths are fixed, because the mounts are. */
const TLS_DIRECTORY = "/run/secrets/tls";

/** Encryption between the gateway and the server, and what the server trusts when it calls others. */
export const TLS: VariableCategory = {
  title: "TLS",
  variables: [
    defineDerived({
      name: "GODOT_TLS_ENABLED",
      type: boolean,
      // Probes and the gateway speak TLS with the server in every environment; a switch would only break them.
      derive: () => true,
      description: "Serves the HTTP API and telemetry over TLS with the internal certificate.",
    }),
    defineDerived({
      name: "GODOT_TLS_CERT_PATH",
      type: filePath,
      derive: () => `${TLS_DIRECTORY}/tls.crt`,
      description: "The server's certificate chain, PEM.",
    }),
    defineDerived({
      name: "GODOT_TLS_KEY_PATH",
      type: filePath,
      derive: () => `${TLS_DIRECTORY}/tls.key`,
      description: "The private key of that certificate, PEM.",
    }),
    defineDerived({
      name: "GODOT_TLS_CA_PATH",
      type: filePath,
      from: "redis",
      derive: ({ stack }) =>
        stack.redis.kind === "elasticache" ? "/run/secrets/redis/ca.crt" : `${TLS_DIRECTORY}/ca.crt`,
      description:
        "The authority that Redis' certificate must come from, PEM: the internal one, or Amazon's for ElastiCache.",
    }),
    defineSetting({
      name: "GODOT_TLS_MIN_VERSION",
      type: choice("1.2", "1.3"),
      default: "1.2",
      description: "Oldest TLS version that is spoken.",
    }),
    defineSetting({
      name: "GODOT_TLS_RELOAD_SECONDS",
      type: integer(5, 3600),
      default: 30,
      description:
        "Time between two looks at the certificate files; a renewed one is used without a restart.",
    }),
  ],
};
