import type { Check } from "../check.ts";
import { accessControl, httpApi } from "./http-api.ts";
import { sceneManagement, serverMeshing, telemetryStream, vrFallback } from "./runtime.ts";
import { playerState, worldState } from "./state.ts";

/** The eight features of seed 002 that are validated at run time. */
export const FEATURES: readonly Check[] = [
  httpApi,
  telemetryStream,
  sceneManagement,
  accessControl,
  playerState,
  worldState,
  serverMeshing,
  vrFallback,
];
