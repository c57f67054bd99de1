import { gameServerContainers } from "../../lib/game-server.ts";
import type { Container } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

/** Part of the image contract: it starts the session handover and returns when the handover is complete. */
const DRAIN_COMMAND = "/usr/local/bin/drain";

export const requirePreStopDrain: Rule<Container> = {
  name: "require-pre-stop-drain",
  items: ["pre.availability.graceful-shutdown"],
  description: "The game server drains in a preStop hook before it stops.",
  explanation: "Godot ignores SIGTERM, so players who are not handed over are disconnected.",
  remediation: `Set lifecycle.preStop.exec.command to ["${DRAIN_COMMAND}"].`,
  subjects: gameServerContainers,
  check: ({ node }) => {
    const hook = node.at("lifecycle", "preStop", "exec", "command").at(0);
    return hook.text === DRAIN_COMMAND ? [] : [hook.violation(`the preStop hook is ${hook.displayText}`)];
  },
};
