import { parseByteQuantity } from "../../shared/kubernetes/quantities.ts";
import { zoneCount } from "../component-configs/cluster-config.ts";
import type { Config } from "../config.ts";
import { type ConfigPath, formatConfigPath } from "../config-path.ts";
import { maximumReplicas, minimumReplicas } from "../replica-bounds.ts";
import type { ScalingConfig } from "../schema/stack-schema.ts";
import {
  createFinding,
  findingUnless,
  getNumber,
  isEnabled,
  isSharedEnvironment,
  requireEnabled,
  requireInRange,
} from "./check-helpers.ts";
import type { Check, Finding } from "./types.ts";

/** Postgres accepts 100 connections; the rest is reserved for backups, metrics and administrators. */
const MAX_GAME_SERVER_CONNECTIONS = 80;

/** The maximum share of the memory target in a container's memory; the rest is headroom, so that an alert fires before an OOM kill. */
const MAX_MEMORY_TARGET_RATIO = 0.8;

const replicas: Check = {
  id: "replicas",
  title: "Outside local, at least two replicas run; production autoscales with one replica per zone or more",
  run: (config) => {
    const pools = config.gameServer.pools.map(({ scaling }, index): [ConfigPath, ScalingConfig] => [
      ["gameServer", "pools", index, "scaling"],
      scaling,
    ]);
    return [
      ...pools,
      [["gateway", "scaling"], config.gateway.scaling] as [ConfigPath, ScalingConfig],
    ].flatMap(([path, scaling]) => replicaFindings(config, path, scaling));
  },
};

function replicaFindings(config: Config, path: ConfigPath, scaling: ScalingConfig): readonly Finding[] {
  if (!isSharedEnvironment(config)) return [];
  const production = config.environment === "production";
  const required = production ? Math.max(2, zoneCount(config.cluster)) : 2;
  const file = `Pulumi.${config.environment}.yaml`;
  const key = scaling.kind === "fixed" ? "replicas" : "minimum";
  const why = production
    ? "the loss of a zone must not stop the service"
    : "a node restart must not end all sessions";
  return [
    ...findingUnless(minimumReplicas(scaling) >= required, () => ({
      subject: formatConfigPath([...path, key]),
      value: String(minimumReplicas(scaling)),
      rule: `must be at least ${required}: ${why}`,
      remedy: `Raise it in ${file}.`,
    })),
    ...findingUnless(!production || scaling.kind === "autoscaled", () => ({
      subject: formatConfigPath([...path, "kind"]),
      value: scaling.kind,
      rule: "must be autoscaled in production: peak load must not need manual scaling",
      remedy: `Set minimum, maximum and targetCpuPercent in ${file}.`,
    })),
  ];
}

const memory: Check = {
  id: "memory",
  title: "The memory target is at most 400 MB and at most 80 % of each container's memory",
  run: (config) => {
    const name = "GODOT_MEMORY_TARGET_MB";
    const target = getNumber(config, name) * 1e6;
    const tight = config.gameServer.pools.flatMap(({ resources }, index) =>
      findingUnless(parseByteQuantity(resources.memory) * MAX_MEMORY_TARGET_RATIO >= target, () => ({
        subject: formatConfigPath(["gameServer", "pools", index, "resources", "memory"]),
        value: resources.memory,
        rule: `must be at least ${Math.ceil(target / MAX_MEMORY_TARGET_RATIO / 2 ** 20)}Mi: the target of ${getNumber(config, name)} MB may use at most 80 % of it`,
        remedy: `Raise it in Pulumi.${config.environment}.yaml.`,
      })),
    );
    return [...requireInRange(config, name, { to: 400, why: "the required maximum is 400 MB" }), ...tight];
  },
};

const frameRate: Check = {
  id: "frame-rate",
  title: "Target, alert and critical frame rates are in order; the telemetry rate does not exceed the target",
  run: (config) => {
    const target = getNumber(config, "GODOT_TARGET_FPS");
    const alert = getNumber(config, "GODOT_FPS_ALERT_THRESHOLD");
    return [
      ...requireInRange(config, "GODOT_TARGET_FPS", {
        from: 85,
        to: 95,
        why: "the required range is 85 to 95",
      }),
      ...findingUnless(alert < target, () =>
        createFinding(config, "GODOT_FPS_ALERT_THRESHOLD", `must be below the target, which is ${target}`),
      ),
      ...findingUnless(getNumber(config, "GODOT_FPS_CRITICAL_THRESHOLD") < alert, () =>
        createFinding(
          config,
          "GODOT_FPS_CRITICAL_THRESHOLD",
          `must be below the alert threshold, which is ${alert}`,
        ),
      ),
      ...requireInRange(config, "GODOT_TELEMETRY_RATE_HZ", {
        to: target,
        why: "a higher rate would send duplicate frames",
      }),
    ];
  },
};

const desktopFallback: Check = {
  id: "desktop-fallback",
  title: "If VR is enabled, the desktop fallback is enabled",
  run: (config) =>
    isEnabled(config, "GODOT_VR_ENABLED")
      ? requireEnabled(config, {
          GODOT_VR_DESKTOP_FALLBACK: "otherwise the server does not start without a headset",
        })
      : [],
};

const databaseConnections: Check = {
  id: "database-connections",
  title: "The connection pools of all game servers fit into the Postgres connection limit",
  run: (config) => {
    if (config.database.kind !== "in-cluster") return [];
    const name = "GODOT_DATABASE_POOL_SIZE";
    const servers = config.gameServer.pools.reduce((sum, { scaling }) => sum + maximumReplicas(scaling), 0);
    const limit = Math.floor(MAX_GAME_SERVER_CONNECTIONS / servers);
    if (limit > 0) {
      return requireInRange(config, name, {
        to: limit,
        why: `up to ${servers} servers share ${MAX_GAME_SERVER_CONNECTIONS} connections`,
      });
    }
    return [
      {
        subject: formatConfigPath(["gameServer", "pools"]),
        value: String(servers),
        rule: `must have at most ${MAX_GAME_SERVER_CONNECTIONS} servers at full scale: Postgres does not accept more connections`,
        remedy: "Lower the maximums, or use an external database with a connection pooler.",
      },
    ];
  },
};

/** Replicas, memory, frame rates and connections. */
export const CAPACITY_CHECKS: readonly Check[] = [
  replicas,
  memory,
  frameRate,
  desktopFallback,
  databaseConnections,
];
