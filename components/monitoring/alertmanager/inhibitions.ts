/** An alert that explains others: while it fires, they are not told. */
export interface Inhibition {
  readonly cause: string;
  /** What it explains. */
  readonly symptoms: readonly string[];
  /** Labels that both must have in common; two alerts without a label have it in common. */
  readonly equal: readonly string[];
}

const SAME_CLUSTER = ["environment", "cluster"];

const SAME_POD = [...SAME_CLUSTER, "pod"];

/** The severer alert of a pair tells all that the milder one would. */
const SEVERER: readonly Inhibition[] = [
  { cause: "FrameRateCritical", symptoms: ["FrameRateLow", "FramesUneven"], equal: SAME_POD },
  { cause: "HttpErrorsHigh", symptoms: ["HttpErrorsElevated"], equal: SAME_CLUSTER },
  { cause: "HttpLatencyCritical", symptoms: ["HttpLatencyHigh"], equal: SAME_CLUSTER },
  { cause: "GameServerMemoryNearLimit", symptoms: ["GameServerMemoryAboveTarget"], equal: SAME_POD },
  {
    cause: "GameServersAllDown",
    symptoms: ["GameServerDown", "GameServerNotReady", "GameServerRestarting"],
    equal: SAME_CLUSTER,
  },
  { cause: "GatewaysAllDown", symptoms: ["GatewayDown"], equal: SAME_CLUSTER },
  {
    cause: "VolumeAlmostFull",
    symptoms: ["VolumeFilling"],
    equal: [...SAME_CLUSTER, "namespace", "persistentvolumeclaim"],
  },
  { cause: "PublicCertificateExpiring", symptoms: ["PublicCertificateNotRenewed"], equal: SAME_CLUSTER },
  { cause: "AuthenticationBruteForce", symptoms: ["AuthenticationFailuresHigh"], equal: SAME_CLUSTER },
];

/** What takes the whole deployment along: its symptoms would bury it. */
const CLUSTER_WIDE: readonly Inhibition[] = [
  {
    cause: "GameServersAllDown",
    symptoms: ["PublicEndpointSlow", "HttpErrorsHigh", "HttpErrorsElevated", "HttpTrafficAbsent"],
    equal: SAME_CLUSTER,
  },
  {
    cause: "GatewaysAllDown",
    symptoms: ["PublicEndpointDown", "TelemetryEndpointDown", "PublicEndpointSlow", "HttpTrafficAbsent"],
    equal: SAME_CLUSTER,
  },
  {
    cause: "RedisDown",
    symptoms: ["RedisUnreachable", "RedisCommandsFail", "RateLimitsNotShared"],
    equal: SAME_CLUSTER,
  },
  {
    cause: "PostgresDown",
    symptoms: ["PostgresUnreachable", "PostgresQueriesFail"],
    equal: SAME_CLUSTER,
  },
  {
    cause: "NodeNotReady",
    symptoms: ["GameServerDown", "GatewayDown", "LogShipperDown", "TargetDown"],
    equal: [...SAME_CLUSTER, "node"],
  },
];

/** Every inhibition as data. */
export const INHIBITIONS: readonly Inhibition[] = [...SEVERER, ...CLUSTER_WIDE];

/** The `inhibit_rules` of alertmanager.yml. */
export function inhibitions(): object[] {
  return INHIBITIONS.map(({ cause, symptoms, equal }) => ({
    source_matchers: [`alertname="${cause}"`],
    target_matchers: [`alertname=~"${symptoms.join("|")}"`],
    equal: [...equal],
  }));
}
