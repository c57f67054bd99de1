import { variableRule } from "../../lib/game-server.ts";
import { mustBeRateBetween } from "../../lib/rate-limits.ts";

export const limitGlobalRequestRate = variableRule({
  name: "limit-global-request-rate",
  items: ["pre.medium.rate-limits.global"],
  description: "One client gets at most 300 requests a minute in all.",
  explanation: "The figure is the seeds'; above it one client can keep a server from the others.",
  remediation: "Keep GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE at 300; a change of the figure is a waiver.",
  variables: { GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE: mustBeRateBetween(1, 300) },
});
