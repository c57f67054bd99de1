import { environmentVariable, gameServerContainers, listVariable } from "../../lib/game-server.ts";
import type { Container } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

export const requireWhitelistedMainScene: Rule<Container> = {
  name: "require-whitelisted-main-scene",
  items: ["pre.high.scenes.main-scene"],
  description: "The scene that the server starts with is on the whitelist.",
  explanation: "Otherwise no client could return to the main scene after a scene change.",
  remediation: "Add the value of GODOT_MAIN_SCENE to GODOT_SCENE_WHITELIST.",
  subjects: gameServerContainers,
  check: (server, context) => {
    const main = environmentVariable(context, server, "GODOT_MAIN_SCENE");
    if (main.text === undefined) return [main.violation(`GODOT_MAIN_SCENE is ${main.displayText}`)];
    const whitelist = environmentVariable(context, server, "GODOT_SCENE_WHITELIST");
    const isListed = listVariable(context, server, "GODOT_SCENE_WHITELIST").includes(main.text);
    return isListed ? [] : [whitelist.violation(`the whitelist lacks the main scene ${main.text}`)];
  },
};
