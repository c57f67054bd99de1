import { variableRule } from "../../game-server.ts";
import { between } from "../../rate-limits.ts";

export const limitStatusRequests = variableRule({
  name: "limit-status-requests",
  items: ["pre.medium.rate-limits.status"],
  description: "Status requests are limited to 100 a minute.",
  explanation: "Status is open to everybody, so it is what a flood would use.",
  remediation: "Keep GODOT_RATE_LIMIT_STATUS_PER_MINUTE at 100.",
  variables: { GODOT_RATE_LIMIT_STATUS_PER_MINUTE: between(1, 100) },
});
