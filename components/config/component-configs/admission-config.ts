import type { Config } from "../config.ts";

import { apiClients } from "./monitoring-config.ts";

/** The admission policies. */
export function admissionConfig(config: Config) {
  // Without tag and digest, which change with every release.
  const gameImage = config.gameServer.image.replace(/(:[^:/@]+)?@.*$/, "");
  return { environment: config.environment, gameImage, apiClients: apiClients(config) };
}
