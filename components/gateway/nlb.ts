import { GATEWAY_HEALTH_PATH } from "./nginx-options.ts";

/** The class of Network Load Balancers that EKS Auto Mode makes; its controller reads the annotations below. */
export const NLB_CLASS = "eks.amazonaws.com/nlb";

/** The durations that determine the deregistration of a gateway. */
export interface NlbTimings {
  /** Seconds until an NLB has stopped sending to a target that leaves, or begun to send to one that came. */
  readonly deregistrationSeconds: number;
  /** Seconds that sessions on a leaving gateway go on. */
  readonly drainSeconds: number;
}

/** The maximum deregistration delay of a target group. */
const MAX_DEREGISTRATION_DELAY_SECONDS = 3600;

/** Seconds between two health checks, and how many in a row decide. */
const HEALTH_CHECK = { intervalSeconds: 10, timeoutSeconds: 5, threshold: 2 };

/**
 * Seconds that a target stays registered while it drains: all of the pod's own leave, because a session's packets need the
 * registration for as long as the session lasts.
 */
export function deregistrationDelaySeconds({ deregistrationSeconds, drainSeconds }: NlbTimings): number {
  return Math.min(deregistrationSeconds + drainSeconds, MAX_DEREGISTRATION_DELAY_SECONDS);
}

/**
 * Seconds that a new gateway must be ready before an old one may leave. Kubernetes calls a pod ready long before the load
 * balancer sends to it; a rollout that believes Kubernetes alone would leave players nobody to reach.
 */
export function registrationSeconds({ deregistrationSeconds }: NlbTimings): number {
  return Math.max(deregistrationSeconds, HEALTH_CHECK.intervalSeconds * HEALTH_CHECK.threshold);
}

/**
 * The annotations of a load balancer that passes TLS through to nginx and keeps the client's address in every packet, so
 * that nginx needs no proxy protocol and the kubelet's probes reach the same port. A session ends when its server ends it:
 * not because its gateway leaves, not because a health check failed.
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
