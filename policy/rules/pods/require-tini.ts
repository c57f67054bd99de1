import { gameServerContainers } from "../../lib/game-server.ts";
import type { Container } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

export const requireTini: Rule<Container> = {
  name: "require-tini",
  items: [],
  description: "The game server's first process is tini.",
  explanation: "Godot as process 1 ignores SIGTERM and reaps no children: every stop would end in SIGKILL.",
  remediation: 'Start the container with command: ["/usr/bin/tini", "-g", "--"].',
  subjects: gameServerContainers,
  check: ({ node }) => {
    const first = node.at("command").at(0);
    return first.text?.endsWith("/tini")
      ? []
      : [first.violation(`the first process is ${first.displayText}`)];
  },
};
