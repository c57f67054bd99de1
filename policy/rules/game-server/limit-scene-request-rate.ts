import { variableRule } from "../../lib/game-server.ts";
import { mustBeRateBetween } from "../../lib/rate-limits.ts";

export const limitSceneRequestRate = variableRule({
  name: "limit-scene-request-rate",
  items: ["pre.medium.rate-limits.scenes"],
  description: "Scene requests are limited to 10 to 30 per minute.",
  explanation:
    "Loading a scene takes a server several seconds; a limit below 10 per minute would block operators.",
  remediation:
    "Set GODOT_RATE_LIMIT_SCENE_READ_PER_MINUTE and GODOT_RATE_LIMIT_SCENE_WRITE_PER_MINUTE to 10 to 30.",
  variables: {
    GODOT_RATE_LIMIT_SCENE_READ_PER_MINUTE: mustBeRateBetween(10, 30),
    GODOT_RATE_LIMIT_SCENE_WRITE_PER_MINUTE: mustBeRateBetween(10, 30),
  },
});
