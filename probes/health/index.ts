import type { Check } from "../check.ts";
import { dashboards } from "./dashboards.ts";
import { backups, databaseConnection, databaseSchema, walArchive } from "./database.ts";
import { frameRate } from "./frame-rate.ts";
import { logShipping } from "./log-shipping.ts";
import { gatewayExposure, networkIsolation, networkPolicies, publicName } from "./network.ts";
import { alertRules, alertsQuiet, scrapeTargets, watchdog } from "./observability.ts";
import { cpuHeadroom, errorRate, memory } from "./performance.ts";
import { configuration, namespaces } from "./platform.ts";
import { podRestarts, readiness } from "./readiness.ts";
import { redisConnection, redisMemory, redisPersistence } from "./redis.ts";
import { imageDigest, rollout } from "./rollout.ts";
import { autoscaler, disruptionBudgets, zoneSpread } from "./scaling.ts";
import { certificateLifetime, securityHeaders } from "./security.ts";
import { services } from "./services.ts";
import { volumes } from "./storage.ts";

/** The 34 system checks; seed 002 gives their number, but not their names. */
export const HEALTH: readonly Check[] = [
  namespaces,
  configuration,
  volumes,
  services,
  rollout,
  autoscaler,
  disruptionBudgets,
  zoneSpread,
  readiness,
  podRestarts,
  imageDigest,
  gatewayExposure,
  publicName,
  networkPolicies,
  networkIsolation,
  frameRate,
  memory,
  cpuHeadroom,
  errorRate,
  securityHeaders,
  certificateLifetime,
  databaseConnection,
  databaseSchema,
  walArchive,
  backups,
  redisConnection,
  redisMemory,
  redisPersistence,
  scrapeTargets,
  alertRules,
  alertsQuiet,
  watchdog,
  dashboards,
  logShipping,
];
