import { GATEWAY_HEALTH_PATH } from "./nginx-options.ts";

/** The load balancer class of EKS Auto Mode; its controller reads the annotations below. */
export const NLB_CLASS = "eks.amazonaws.com/nlb";

/** The durations that determine the deregistration of a gateway. */
export interface NlbTimings {
  /** Seconds until an NLB has stopped routing to a deregistered target, or started to route to a new one. */
  readonly deregistrationSeconds: number;
  /** Seconds that sessions on a terminating gateway can continue. */
  readonly drainSeconds: number;
}

/** The maximum deregistration delay of a target group. */
const MAX_DEREGISTRATION_DELAY_SECONDS = 3600;

/** The health check interval in seconds, and the number of consecutive results for a state change. */
const HEALTH_CHECK = { intervalSeconds: 10, timeoutSeconds: 5, threshold: 2 };

/**
 * The deregistration delay covers the whole shutdown of the pod, because the NLB routes the packets of a session only while
 * its target is registered.
 */
export function deregistrationDelaySeconds({ deregistrationSeconds, drainSeconds }: NlbTimings): number {
  return Math.min(deregistrationSeconds + drainSeconds, MAX_DEREGISTRATION_DELAY_SECONDS);
}

/**
 * `minReadySeconds` of the gateway. With the readiness gate of EKS Auto Mode, a pod is ready when its target is healthy. Pods of the
 * first rollout have no gate, because the target group does not exist yet; the delay covers them and a missing webhook.
 */
export function registrationSeconds({ deregistrationSeconds }: NlbTimings): number {
  return Math.max(deregistrationSeconds, HEALTH_CHECK.intervalSeconds * HEALTH_CHECK.threshold);
}

/**
 * The annotations of an NLB that passes TLS through to nginx and preserves the client address, so that nginx does not need
 * the proxy protocol and kubelet probes can use the same port. Sessions are not terminated when a gateway is
 * deregistered or fails a health check.
 */
export function nlbAnnotations(times: NlbTimings): Record<string, string> {
  const name = (rest: string): string => `service.beta.kubernetes.io/aws-load-balancer-${rest}`;
  return {
    [name("nlb-target-type")]: "ip",
    [name("ip-address-type")]: "ipv4",
    [name("attributes")]: "load_balancing.cross_zone.enabled=true",
    [name("healthcheck-protocol")]: "https",
    [name("healthcheck-port")]: "traffic-port",
    [name("healthcheck-path")]: GATEWAY_HEALTH_PATH,
    [name("healthcheck-success-codes")]: "200",
    [name("healthcheck-interval")]: String(HEALTH_CHECK.intervalSeconds),
    [name("healthcheck-timeout")]: String(HEALTH_CHECK.timeoutSeconds),
    [name("healthcheck-healthy-threshold")]: String(HEALTH_CHECK.threshold),
    [name("healthcheck-unhealthy-threshold")]: String(HEALTH_CHECK.threshold),
    [name("target-group-attributes")]: [
      "preserve_client_ip.enabled=true",
      "proxy_protocol_v2.enabled=false",
      `deregistration_delay.timeout_seconds=${deregistrationDelaySeconds(times)}`,
      "deregistration_delay.connection_termination.enabled=false",
      "target_health_state.unhealthy.connection_termination.enabled=false",
    ].join(","),
  };
}
