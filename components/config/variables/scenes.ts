import type { VariableCategory } from "./types.ts";
import { SCENE_PATH_PATTERN, sceneList } from "./value-types.ts";
import { boolean, defineSetting, integer, list, localOrElse, text } from "./variable-builders.ts";

/** The only scene in production (seed document 003). */
export const MAIN_SCENE = "res://vr_main.tscn";

/** The scenes that may be loaded (seed document 003, "Scene Whitelist Reviewed"). */
export const SCENES: VariableCategory = {
  title: "Scenes",
  variables: [
    defineSetting({
      name: "GODOT_MAIN_SCENE",
      type: text(SCENE_PATH_PATTERN, MAIN_SCENE),
      default: MAIN_SCENE,
      description: "Scene that the server loads on start.",
    }),
    defineSetting({
      name: "GODOT_SCENE_WHITELIST",
      type: sceneList,
      default: localOrElse(`${MAIN_SCENE},res://scenes/sandbox.tscn`, MAIN_SCENE),
      description: "Scenes that POST /scene may load; requests for others are answered with 403.",
    }),
    defineSetting({
      name: "GODOT_SCENE_BLACKLIST",
      type: list(/^[A-Za-z0-9_.-]+$/, "addons"),
      default: "addons,.godot,gdUnit4,tests",
      description:
        "Folder names that must not occur in the path of a scene, even if the scene is in the whitelist.",
    }),
    defineSetting({
      name: "GODOT_SCENE_LOAD_TIMEOUT_SECONDS",
      type: integer(1, 600),
      default: 30,
      description:
        "Timeout for loading a scene; then the current scene is kept and the request is answered with 504.",
    }),
    defineSetting({
      name: "GODOT_SCENE_HOT_RELOAD",
      type: boolean,
      default: localOrElse(true, false),
      description: "Reloads a scene when its file changes (for development).",
    }),
  ],
};
