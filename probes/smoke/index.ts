import type { Check } from "../check.ts";
import { authentication } from "./authentication.ts";
import { debugAdapterClosed, languageServerClosed } from "./debug-ports.ts";
import { healthEndpoint, metricsEndpoint, statusEndpoint } from "./endpoints.ts";
import { rateLimiting } from "./rate-limiting.ts";
import { responseTime } from "./response-time.ts";
import { tlsCertificate } from "./tls-certificate.ts";
import { websocket } from "./websocket.ts";

/** The ten smoke tests of seed 000; its summary is the report itself. */
export const SMOKE: readonly Check[] = [
  healthEndpoint,
  statusEndpoint,
  metricsEndpoint,
  websocket,
  debugAdapterClosed,
  languageServerClosed,
  responseTime,
  authentication,
  rateLimiting,
  tlsCertificate,
];
