import type { Check } from "../check.ts";
import { authentication } from "./authentication.ts";
import { healthEndpoint, metricsEndpoint, statusEndpoint } from "./endpoints.ts";
import { tlsCertificate } from "./tls-certificate.ts";
import {
  debugAdapterClosed,
  languageServerClosed,
  rateLimiting,
  responseTime,
  websocket,
} from "./websocket.ts";

/** The ten smoke tests of seed 000; its tenth, the summary, is the report itself. */
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
