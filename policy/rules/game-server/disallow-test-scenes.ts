import { variableRule } from "../../lib/game-server.ts";

const TEST_SCENE = /test|debug|sandbox|demo|example/i;

export const disallowTestScenes = variableRule({
  name: "disallow-test-scenes",
  items: ["pre.high.scenes.no-test-scenes"],
  description: "Outside local, the scene whitelist contains no test or debug scenes.",
  explanation: "Test scenes have no access checks, and players can load them.",
  remediation: "Remove the scene from GODOT_SCENE_WHITELIST.",
  environments: ["staging", "production", "package"],
  variables: {
    GODOT_SCENE_WHITELIST: (value) => {
      if (value === undefined) return "must be set";
      const found = value.split(",").filter((scene) => TEST_SCENE.test(scene));
      return found.length === 0 ? undefined : `must not contain ${found.join(", ")}`;
    },
  },
});
