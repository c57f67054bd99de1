import { variableRule } from "../../lib/game-server.ts";
import { mustBeRateBetween } from "../../lib/rate-limits.ts";

export const limitStatusRequestRate = variableRule({
  name: "limit-status-request-rate",
  items: ["pre.medium.rate-limits.status"],
  description: "Status requests are limited to 100 per minute.",
  explanation: "The status endpoint needs no authentication, so it is the likely target of a flood.",
  remediation: "Set GODOT_RATE_LIMIT_STATUS_PER_MINUTE to 100 or less.",
  variables: { GODOT_RATE_LIMIT_STATUS_PER_MINUTE: mustBeRateBetween(1, 100) },
});
