import { serviceHost } from "../../shared/network/application-flows.ts";
import type { Config } from "../config.ts";

import { getIntegerVariable } from "../variables/read-variable.ts";

/** The gateway: nginx, its exposure and its scaling. */
export function gatewayConfig(config: Config) {
  const { gateway } = config;
  return {
    environment: config.environment,
    exposure: gateway.exposure,
    scaling: gateway.scaling,
    resources: gateway.resources,
    deregistrationSeconds: deregistrationSeconds(config),
    nginx: {
      domain: gateway.domain,
      upstream: {
        host: serviceHost("game-server"),
        httpPort: getIntegerVariable(config, "GODOT_HTTP_PORT"),
        telemetryPort: getIntegerVariable(config, "GODOT_TELEMETRY_PORT"),
      },
      shield: gateway.shield,
      drainSeconds: config.gameServer.drainSeconds,
      maxBodyBytes: getIntegerVariable(config, "GODOT_HTTP_MAX_BODY_BYTES"),
    },
  };
}

/** The URL of the HTTP API for players and operators. */
export function publicUrl({ gateway: { domain, exposure } }: Config): string {
  return exposure.kind === "node-port" ? `https://${domain}:${exposure.port}` : `https://${domain}`;
}

/** Seconds until a load balancer stops routing to a pod; 0 without one. */
export function deregistrationSeconds({ gateway: { exposure } }: Config): number {
  return exposure.kind === "load-balancer" ? exposure.deregistrationSeconds : 0;
}
