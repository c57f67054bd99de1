import { gameServerContainers } from "../../lib/game-server.ts";
import type { Container } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

export const requireTini: Rule<Container> = {
  name: "require-tini",
  items: ["pre.availability.graceful-shutdown"],
  description: "The game server runs under tini as process 1.",
  explanation:
    "As process 1, Godot ignores SIGTERM and does not reap child processes, so every stop would end with SIGKILL.",
  remediation: 'Start the container with command: ["/usr/bin/tini", "-g", "--"].',
  subjects: gameServerContainers,
  check: ({ node }) => {
    const first = node.at("command").at(0);
    return first.text?.endsWith("/tini") ? [] : [first.violation(`process 1 is ${first.displayText}`)];
  },
};
