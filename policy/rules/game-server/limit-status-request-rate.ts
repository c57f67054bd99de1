import { variableRule } from "../../lib/game-server.ts";
import { mustBeRateBetween } from "../../lib/rate-limits.ts";

export const limitStatusRequestRate = variableRule({
  name: "limit-status-request-rate",
  items: ["pre.medium.rate-limits.status"],
  description: "Status requests are limited to 100 a minute.",
  explanation: "Status is open to everybody, so it is what a flood would use.",
  remediation: "Keep GODOT_RATE_LIMIT_STATUS_PER_MINUTE at 100.",
  variables: { GODOT_RATE_LIMIT_STATUS_PER_MINUTE: mustBeRateBetween(1, 100) },
});
