import { boolean, integer, list, localElse, setting, text } from "./define.ts";
import { SCENE, scenes } from "./forms.ts";
import type { VariableCategory } from "./types.ts";

/** The one scene of production (seed document 003). */
export const MAIN_SCENE = "res://vr_main.tscn";

/** Which scenes may be loaded (seed document 003, "Scene Whitelist Reviewed"). */
export const SCENES: VariableCategory = {
  title: "Scenes",
  variables: [
    setting({
      name: "GODOT_MAIN_SCENE",
      type: text(SCENE, MAIN_SCENE),
      default: MAIN_SCENE,
      description: "Scene that is loaded at start.",
    }),
    setting({
      name: "GODOT_SCENE_WHITELIST",
      type: scenes,
      default: localElse(`${MAIN_SCENE},res://scenes/sandbox.tscn`, MAIN_SCENE),
      description: "Scenes that POST /scene may load; every other is answered with 403.",
    }),
    setting({
      name: "GODOT_SCENE_BLACKLIST",
      type: list(/^[A-Za-z0-9_.-]+$/, "addons"),
      default: "addons,.godot,gdUnit4,tests",
      description: "Folder names that no loadable path may contain, whatever the whitelist says.",
    }),
    setting({
      name: "GODOT_SCENE_LOAD_TIMEOUT_SECONDS",
      type: integer(1, 600),
      default: 30,
      description: "Time a scene has to load before the previous one is kept and the request fails with 504.",
    }),
    setting({
      name: "GODOT_SCENE_HOT_RELOAD",
      type: boolean,
      default: localElse(true, false),
      description: "Loads a scene again when its file changes; a development aid.",
    }),
  ],
};
