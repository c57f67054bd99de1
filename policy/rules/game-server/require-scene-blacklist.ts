import { variableRule } from "../../lib/game-server.ts";

/** Seed document 003: "Blacklist includes addons, .godot, gdUnit4". */
const REQUIRED_FOLDERS = ["addons", ".godot", "gdUnit4"];

export const requireSceneBlacklist = variableRule({
  name: "require-scene-blacklist",
  items: ["pre.high.scenes.blacklist"],
  description: "The scene blacklist contains the addons, the .godot folder and the test framework.",
  explanation: "The blacklist still applies if the whitelist is widened by mistake.",
  remediation: `Keep ${REQUIRED_FOLDERS.join(", ")} in GODOT_SCENE_BLACKLIST.`,
  variables: {
    GODOT_SCENE_BLACKLIST: (value) => {
      const folders = (value ?? "").split(",");
      const missing = REQUIRED_FOLDERS.filter((folder) => !folders.includes(folder));
      return missing.length === 0 ? undefined : `must contain ${missing.join(", ")}`;
    },
  },
});
