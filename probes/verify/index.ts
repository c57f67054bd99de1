import type { Check } from "../check.ts";
import { authentication, rateLimiting, sceneLoaded, sceneWhitelist } from "./access-control.ts";
import { apiHealth, apiStatus, performanceMetrics } from "./api.ts";
import { automatedValidation } from "./automated-validation.ts";
import { instancesRunning } from "./instances-running.ts";
import { telemetryWebsocket } from "./telemetry-websocket.ts";

/** The ten post-deployment checks, in the order of seed 003. */
export const VERIFY: readonly Check[] = [
  instancesRunning,
  apiHealth,
  apiStatus,
  telemetryWebsocket,
  sceneLoaded,
  authentication,
  rateLimiting,
  sceneWhitelist,
  performanceMetrics,
  automatedValidation,
];
