import type { Check } from "../check.ts";
import { debugPorts } from "./debug-ports.ts";
import { forgedTokens } from "./forged-tokens.ts";
import { hostileBodies } from "./hostile-bodies.ts";
import { pathTraversal } from "./path-traversal.ts";
import { rateLimitEvasion } from "./rate-limit-evasion.ts";
import { roleEscalation } from "./role-escalation.ts";
import { sceneEscape } from "./scene-escape.ts";

/** Attacks that the server must reject. They change nothing, even if one succeeds. */
export const SECURITY: readonly Check[] = [
  forgedTokens,
  roleEscalation,
  pathTraversal,
  hostileBodies,
  rateLimitEvasion,
  sceneEscape,
  debugPorts,
];
