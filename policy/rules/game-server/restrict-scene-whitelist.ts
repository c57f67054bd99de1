import { MAIN_SCENE } from "../../../components/config/variables/scenes.ts";
import { variableRule } from "../../lib/game-server.ts";

/** One scene file; no folder, no pattern. */
const SCENE_PATH = /^res:\/\/[\w/-]+(\.[\w-]+)*\.tscn$/;

export const restrictSceneWhitelist = variableRule({
  name: "restrict-scene-whitelist",
  items: ["pre.high.scenes.only-needed"],
  description: "The whitelist names single scenes; in production the main scene alone.",
  explanation: "Whatever is on the list, an operator's stolen token can load.",
  remediation: `Name single files in GODOT_SCENE_WHITELIST; in production ${MAIN_SCENE} alone.`,
  variables: {
    GODOT_SCENE_WHITELIST: (value, { environment }) => {
      const scenes = (value ?? "").split(",");
      const others = scenes.filter((scene) => !SCENE_PATH.test(scene));
      if (others.length > 0) return `must name single scenes only: ${others.join(", ") || "nothing"} is none`;
      if (environment !== "production") return undefined;
      return scenes.every((scene) => scene === MAIN_SCENE)
        ? undefined
        : `must be ${MAIN_SCENE} alone in production`;
    },
  },
});
