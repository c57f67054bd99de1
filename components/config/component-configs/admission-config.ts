import type { Config } from "../config.ts";

import { apiClients } from "./monitoring-config.ts";

/** What the admission policies enforce. */
export function admissionConfig(config: Config) {
  // Without tag and digest: those change with every release, the repository does not.
  const gameImage = config.gameServer.image.replace(/(:[^:/@]+)?@.*$/, "");
  return { environment: config.environment, gameImage, apiClients: apiClients(config) };
}
