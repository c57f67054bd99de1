import { variableRule } from "../../lib/game-server.ts";
import { mustBeRateBetween } from "../../lib/rate-limits.ts";

export const limitGlobalRequestRate = variableRule({
  name: "limit-global-request-rate",
  items: ["pre.medium.rate-limits.global"],
  description: "Each client is limited to 300 requests per minute in total.",
  explanation: "The seed documents set this limit; above it, one client can starve the others.",
  remediation: "Set GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE to 300 or less; a higher limit needs a waiver.",
  variables: { GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE: mustBeRateBetween(1, 300) },
});
