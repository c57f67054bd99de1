import { variableRule } from "../../lib/game-server.ts";
import { mustBeRateBetween } from "../../lib/rate-limits.ts";

export const limitSceneRequestRate = variableRule({
  name: "limit-scene-request-rate",
  items: ["pre.medium.rate-limits.scenes"],
  description: "Scene requests are limited to between 10 and 30 a minute.",
  explanation: "Loading a scene costs a server seconds; fewer than 10 a minute would hinder operators.",
  remediation: "Keep GODOT_RATE_LIMIT_SCENE_READ_PER_MINUTE and …_WRITE_PER_MINUTE between 10 and 30.",
  variables: {
    GODOT_RATE_LIMIT_SCENE_READ_PER_MINUTE: mustBeRateBetween(10, 30),
    GODOT_RATE_LIMIT_SCENE_WRITE_PER_MINUTE: mustBeRateBetween(10, 30),
  },
});
