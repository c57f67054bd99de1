import { DATABASE, REDIS } from "./database-and-redis.ts";
import { BACKUP, FEATURES, MESHING, PERFORMANCE } from "./game-world.ts";
import { HTTP_API } from "./http-api.ts";
import { DEBUGGING, LIFECYCLE } from "./lifecycle.ts";
import { LOGGING, MONITORING, TELEMETRY } from "./observability.ts";
import { SCENES } from "./scenes.ts";
import { ACCESS_CONTROL, INTRUSION_DETECTION, RATE_LIMITS } from "./security.ts";
import { TLS } from "./tls.ts";
import type { VariableCategory, VariableDefinition } from "./types.ts";

/** The game server's environment, by category, in the order of the reference. */
export const VARIABLE_CATEGORIES: readonly VariableCategory[] = [
  HTTP_API,
  LIFECYCLE,
  DEBUGGING,
  ACCESS_CONTROL,
  INTRUSION_DETECTION,
  RATE_LIMITS,
  TLS,
  SCENES,
  DATABASE,
  REDIS,
  MONITORING,
  TELEMETRY,
  MESHING,
  PERFORMANCE,
  LOGGING,
  BACKUP,
  FEATURES,
];

/** The 119 variables (seed document 002 gives the number) by name. */
export const VARIABLES: ReadonlyMap<string, VariableDefinition> = new Map(
  VARIABLE_CATEGORIES.flatMap(({ variables }) => variables).map((definition) => [
    definition.name,
    definition,
  ]),
);
