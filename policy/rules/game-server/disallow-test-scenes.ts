import { variableRule } from "../../lib/game-server.ts";

const TEST_SCENE = /test|debug|sandbox|demo|example/i;

export const disallowTestScenes = variableRule({
  name: "disallow-test-scenes",
  items: ["pre.high.scenes.no-test-scenes"],
  description: "Outside local no test or debug scene is on the whitelist.",
  explanation: "Test scenes have no access checks, and players find them.",
  remediation: "Take the scene off GODOT_SCENE_WHITELIST.",
  environments: ["staging", "production", "package"],
  variables: {
    GODOT_SCENE_WHITELIST: (value) => {
      if (value === undefined) return "must be set";
      const found = value.split(",").filter((scene) => TEST_SCENE.test(scene));
      return found.length === 0 ? undefined : `must not hold ${found.join(", ")}`;
    },
  },
});
