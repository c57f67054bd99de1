import type { Config } from "../config.ts";
import { entriesOf, finding, isOn, numberOf, unless, within } from "./settings.ts";
import type { Check, Finding } from "./types.ts";

/** The readiness probe gives up after three seconds; an answer that comes later is none. */
const READINESS_PROBE_MS = 3000;

/** The gateway keeps idle connections for 65 seconds; a server that hangs up first makes it fail requests with 502. */
const GATEWAY_KEEPALIVE_SECONDS = 65;

function meshing(config: Config): readonly Finding[] {
  const interval = numberOf(config, "GODOT_DISCOVERY_INTERVAL_SECONDS");
  const timeout = numberOf(config, "GODOT_DISCOVERY_PEER_TIMEOUT_SECONDS");
  return [
    ...unless(!isOn(config, "GODOT_MESH_ENABLED") || isOn(config, "GODOT_DISCOVERY_ENABLED"), () =>
      finding(
        config,
        "GODOT_MESH_ENABLED",
        "must be false while GODOT_DISCOVERY_ENABLED is: it finds nobody",
      ),
    ),
    ...within(config, "GODOT_DISCOVERY_PEER_TIMEOUT_SECONDS", {
      from: 2 * interval,
      why: `one lost announcement, every ${interval} s, must not declare a server gone`,
    }),
    ...within(config, "GODOT_MESH_STATE_TTL_SECONDS", {
      from: timeout,
      why: `the state must outlive the ${timeout} s until a server counts as gone`,
    }),
  ];
}

function timings(config: Config): readonly Finding[] {
  return [
    ...within(config, "GODOT_READY_TIMEOUT_MS", {
      to: READINESS_PROBE_MS - 500,
      why: "the readiness probe waits three seconds",
    }),
    ...within(config, "GODOT_HTTP_IDLE_TIMEOUT_SECONDS", {
      from: GATEWAY_KEEPALIVE_SECONDS + 1,
      why: "the gateway must be the one to close an idle connection",
    }),
    ...within(config, "GODOT_SESSION_TTL_SECONDS", {
      from: numberOf(config, "GODOT_DRAIN_TIMEOUT_SECONDS"),
      why: "a session must survive the drain of its server",
    }),
  ];
}

function features(config: Config): readonly Finding[] {
  const batch = "GODOT_FEATURE_BATCH_OPERATIONS_ROUTER";
  return unless(!isOn(config, batch) || isOn(config, "GODOT_FEATURE_JOB_ROUTER"), () =>
    finding(config, batch, "must be false while GODOT_FEATURE_JOB_ROUTER is: batches run as jobs"),
  );
}

function buckets(config: Config): readonly Finding[] {
  const name = "GODOT_METRICS_LATENCY_BUCKETS_MS";
  const bounds = entriesOf(config, name).map(Number);
  const ascending = bounds.every((bound, index) => index === 0 || bound > (bounds[index - 1] ?? 0));
  return unless(ascending, () => finding(config, name, "must ascend: Prometheus refuses other histograms"));
}

/** Settings that are each right by themselves, but not together. */
export const dependencies: Check = {
  id: "dependencies",
  title: "Settings that need each other agree: meshing, timeouts, feature phases, histogram bounds",
  run: (config) => [...meshing(config), ...timings(config), ...features(config), ...buckets(config)],
};
