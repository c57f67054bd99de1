import { environmentVariable, gameServerContainers, listVariable } from "../../lib/game-server.ts";
import type { Container } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

export const requireWhitelistedMainScene: Rule<Container> = {
  name: "require-whitelisted-main-scene",
  items: ["pre.high.scenes.main-scene"],
  description: "The main scene is on the scene whitelist.",
  explanation: "After a scene change, no client could return to the main scene.",
  remediation: "Add the value of GODOT_MAIN_SCENE to GODOT_SCENE_WHITELIST.",
  subjects: gameServerContainers,
  check: (server, context) => {
    const main = environmentVariable(context, server, "GODOT_MAIN_SCENE");
    if (main.text === undefined) return [main.violation(`GODOT_MAIN_SCENE is ${main.displayText}`)];
    const whitelist = environmentVariable(context, server, "GODOT_SCENE_WHITELIST");
    const isListed = listVariable(context, server, "GODOT_SCENE_WHITELIST").includes(main.text);
    return isListed
      ? []
      : [whitelist.violation(`the scene whitelist does not contain the main scene ${main.text}`)];
  },
};
