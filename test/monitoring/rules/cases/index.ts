import type { AlertCase } from "../rule-case.ts";
import { BACKUP_CASES } from "./backup-cases.ts";
import { CERTIFICATES_CASES } from "./certificates-cases.ts";
import { GAME_SERVER_CASES } from "./game-server-cases.ts";
import { GATEWAY_CASES } from "./gateway-cases.ts";
import { KUBERNETES_CASES } from "./kubernetes-cases.ts";
import { LOGGING_CASES } from "./logging-cases.ts";
import { MESH_CASES } from "./mesh-cases.ts";
import { MONITORING_CASES } from "./monitoring-cases.ts";
import { POSTGRES_CASES } from "./postgres-cases.ts";
import { REDIS_CASES } from "./redis-cases.ts";
import { SECURITY_CASES } from "./security-cases.ts";
import { SLO_CASES } from "./slo-cases.ts";
import { VR_PERFORMANCE_CASES } from "./vr-performance-cases.ts";
import { WATCHDOG_CASES } from "./watchdog-cases.ts";

/** All alert test cases. */
export const ALERT_CASES: readonly AlertCase[] = [
  ...GAME_SERVER_CASES,
  ...GATEWAY_CASES,
  ...MESH_CASES,
  ...VR_PERFORMANCE_CASES,
  ...SECURITY_CASES,
  ...REDIS_CASES,
  ...POSTGRES_CASES,
  ...KUBERNETES_CASES,
  ...CERTIFICATES_CASES,
  ...BACKUP_CASES,
  ...LOGGING_CASES,
  ...MONITORING_CASES,
  ...SLO_CASES,
  ...WATCHDOG_CASES,
];
