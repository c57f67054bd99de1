import type { Config } from "../config.ts";
import {
  createFinding,
  findingUnless,
  getList,
  getNumber,
  isEnabled,
  requireInRange,
} from "./check-helpers.ts";
import type { Check, Finding } from "./types.ts";

/** `timeoutSeconds` of the readiness probe. */
const READINESS_PROBE_TIMEOUT_MS = 3000;

/** The gateway keeps idle connections for 65 seconds. If the server closes one earlier, the gateway answers 502. */
const GATEWAY_KEEPALIVE_TIMEOUT_SECONDS = 65;

function meshFindings(config: Config): readonly Finding[] {
  const interval = getNumber(config, "GODOT_DISCOVERY_INTERVAL_SECONDS");
  const timeout = getNumber(config, "GODOT_DISCOVERY_PEER_TIMEOUT_SECONDS");
  return [
    ...findingUnless(
      !isEnabled(config, "GODOT_MESH_ENABLED") || isEnabled(config, "GODOT_DISCOVERY_ENABLED"),
      () =>
        createFinding(
          config,
          "GODOT_MESH_ENABLED",
          "must be false while GODOT_DISCOVERY_ENABLED is false: without discovery, no servers are found",
        ),
    ),
    ...requireInRange(config, "GODOT_DISCOVERY_PEER_TIMEOUT_SECONDS", {
      from: 2 * interval,
      why: `a server must not be considered gone after one missed announcement (sent every ${interval} s)`,
    }),
    ...requireInRange(config, "GODOT_MESH_STATE_TTL_SECONDS", {
      from: timeout,
      why: `the state must be kept for at least the ${timeout} s until a server is considered gone`,
    }),
  ];
}

function timeoutFindings(config: Config): readonly Finding[] {
  return [
    ...requireInRange(config, "GODOT_READY_TIMEOUT_MS", {
      to: READINESS_PROBE_TIMEOUT_MS - 500,
      why: "the readiness probe times out after three seconds",
    }),
    ...requireInRange(config, "GODOT_HTTP_IDLE_TIMEOUT_SECONDS", {
      from: GATEWAY_KEEPALIVE_TIMEOUT_SECONDS + 1,
      why: "the gateway must be the one to close an idle connection",
    }),
    ...requireInRange(config, "GODOT_SESSION_TTL_SECONDS", {
      from: getNumber(config, "GODOT_DRAIN_TIMEOUT_SECONDS"),
      why: "a session must survive the drain of its server",
    }),
  ];
}

function featureFindings(config: Config): readonly Finding[] {
  const batch = "GODOT_FEATURE_BATCH_OPERATIONS_ROUTER";
  return findingUnless(!isEnabled(config, batch) || isEnabled(config, "GODOT_FEATURE_JOB_ROUTER"), () =>
    createFinding(
      config,
      batch,
      "must be false while GODOT_FEATURE_JOB_ROUTER is false: batches run as jobs",
    ),
  );
}

function histogramBucketFindings(config: Config): readonly Finding[] {
  const name = "GODOT_METRICS_LATENCY_BUCKETS_MS";
  const bounds = getList(config, name).map(Number);
  const ascending = bounds.every((bound, index) => index === 0 || bound > (bounds[index - 1] ?? 0));
  return findingUnless(ascending, () =>
    createFinding(config, name, "must be in ascending order: Prometheus rejects unsorted buckets"),
  );
}

/** Settings that are valid on their own, but not in combination. */
export const settingDependencies: Check = {
  id: "dependencies",
  title: "Dependent settings are consistent: meshing, timeouts, feature phases, histogram bounds",
  run: (config) => [
    ...meshFindings(config),
    ...timeoutFindings(config),
    ...featureFindings(config),
    ...histogramBucketFindings(config),
  ],
};
