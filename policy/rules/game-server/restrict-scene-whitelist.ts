import { MAIN_SCENE } from "../../../components/config/variables/scenes.ts";
import { variableRule } from "../../lib/game-server.ts";

/** A single scene file, not a folder or a pattern. */
const SCENE_PATH = /^res:\/\/[\w/-]+(\.[\w-]+)*\.tscn$/;

export const restrictSceneWhitelist = variableRule({
  name: "restrict-scene-whitelist",
  items: ["pre.high.scenes.only-needed"],
  description: "The scene whitelist contains single scenes only, and in production only the main scene.",
  explanation: "An attacker with a stolen operator token can load every scene on the whitelist.",
  remediation: `List single .tscn files in GODOT_SCENE_WHITELIST; in production, list only ${MAIN_SCENE}.`,
  variables: {
    GODOT_SCENE_WHITELIST: (value, { environment }) => {
      const scenes = (value ?? "").split(",");
      const others = scenes.filter((scene) => !SCENE_PATH.test(scene));
      if (others.length > 0)
        return `must contain single scene files only: ${others.join(", ") || "an empty value"} is not a scene file`;
      if (environment !== "production") return undefined;
      return scenes.every((scene) => scene === MAIN_SCENE)
        ? undefined
        : `must be ${MAIN_SCENE} and nothing else in production`;
    },
  },
});
