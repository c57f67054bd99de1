/** An alert that inhibits others while it fires. */
interface Inhibition {
  readonly cause: string;
  /** The alerts that it inhibits. */
  readonly symptoms: readonly string[];
  /** Labels that must be equal on both alerts; a label that both lack counts as equal. */
  readonly equal: readonly string[];
}

const CLUSTER_LABELS = ["environment", "cluster"];

const POD_LABELS = [...CLUSTER_LABELS, "pod"];

/** The more severe alert of a pair inhibits the less severe one. */
const SEVERITY_INHIBITIONS: readonly Inhibition[] = [
  { cause: "FrameRateCritical", symptoms: ["FrameRateLow", "FramesUneven"], equal: POD_LABELS },
  { cause: "HttpErrorsHigh", symptoms: ["HttpErrorsElevated"], equal: CLUSTER_LABELS },
  { cause: "HttpLatencyCritical", symptoms: ["HttpLatencyHigh"], equal: CLUSTER_LABELS },
  { cause: "GameServerMemoryNearLimit", symptoms: ["GameServerMemoryAboveTarget"], equal: POD_LABELS },
  {
    cause: "GameServersAllDown",
    symptoms: ["GameServerDown", "GameServerNotReady", "GameServerRestarting"],
    equal: CLUSTER_LABELS,
  },
  { cause: "GatewaysAllDown", symptoms: ["GatewayDown"], equal: CLUSTER_LABELS },
  {
    cause: "VolumeAlmostFull",
    symptoms: ["VolumeFilling"],
    equal: [...CLUSTER_LABELS, "namespace", "persistentvolumeclaim"],
  },
  { cause: "PublicCertificateExpiring", symptoms: ["PublicCertificateNotRenewed"], equal: CLUSTER_LABELS },
  { cause: "AuthenticationBruteForce", symptoms: ["AuthenticationFailuresHigh"], equal: CLUSTER_LABELS },
];

/** Outages whose symptoms would hide the cause. */
const OUTAGE_INHIBITIONS: readonly Inhibition[] = [
  {
    cause: "GameServersAllDown",
    symptoms: ["PublicEndpointSlow", "HttpErrorsHigh", "HttpErrorsElevated", "HttpTrafficAbsent"],
    equal: CLUSTER_LABELS,
  },
  {
    cause: "GatewaysAllDown",
    symptoms: ["PublicEndpointDown", "TelemetryEndpointDown", "PublicEndpointSlow", "HttpTrafficAbsent"],
    equal: CLUSTER_LABELS,
  },
  {
    cause: "RedisDown",
    symptoms: ["RedisUnreachable", "RedisCommandsFail", "RateLimitsNotShared"],
    equal: CLUSTER_LABELS,
  },
  {
    cause: "PostgresDown",
    symptoms: ["PostgresUnreachable", "PostgresQueriesFail"],
    equal: CLUSTER_LABELS,
  },
  {
    cause: "NodeNotReady",
    symptoms: ["GameServerDown", "GatewayDown", "LogShipperDown", "TargetDown"],
    equal: [...CLUSTER_LABELS, "node"],
  },
];

/** All inhibitions. */
export const INHIBITIONS: readonly Inhibition[] = [...SEVERITY_INHIBITIONS, ...OUTAGE_INHIBITIONS];

/** The `inhibit_rules` of alertmanager.yml. */
export function inhibitRules(): object[] {
  return INHIBITIONS.map(({ cause, symptoms, equal }) => ({
    source_matchers: [`alertname="${cause}"`],
    target_matchers: [`alertname=~"${symptoms.join("|")}"`],
    equal: [...equal],
  }));
}
