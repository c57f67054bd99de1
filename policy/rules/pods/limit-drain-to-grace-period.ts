import type { PolicyContext } from "../../context.ts";
import type { InputNode } from "../../input-node.ts";
import { environmentVariable, GAME_SERVER } from "../../lib/game-server.ts";
import {
  type Container,
  longRunningPods,
  mainContainers,
  NAME_LABEL,
  type Pod,
} from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

/** The Kubernetes default of terminationGracePeriodSeconds. */
const DEFAULT_GRACE_SECONDS = 30;

/** The duration of a container's preStop hook: the drain timeout of a game server, or a sleep. */
function preStopSeconds(context: PolicyContext, container: Container): InputNode | undefined {
  const hook = container.node.at("lifecycle", "preStop");
  if (hook.at("sleep", "seconds").exists) return hook.at("sleep", "seconds");
  const command = hook.at("exec", "command");
  if (command.at(0).text === "sleep") return command.at(1);
  const isGame = container.pod.labels.at(NAME_LABEL).text === GAME_SERVER;
  return isGame && command.exists
    ? environmentVariable(context, container, "GODOT_DRAIN_TIMEOUT_SECONDS")
    : undefined;
}

export const limitDrainToGracePeriod: Rule<Pod> = {
  name: "limit-drain-to-grace-period",
  items: ["pre.availability.graceful-shutdown"],
  description: "A pod's terminationGracePeriodSeconds is longer than its preStop hook.",
  explanation: "The preStop hook counts against the grace period, which ends with SIGKILL.",
  remediation: "Increase terminationGracePeriodSeconds, or decrease gameServer.drainSeconds.",
  subjects: (context) =>
    longRunningPods(context).filter((pod) =>
      mainContainers(pod).some(({ node }) => node.at("lifecycle", "preStop").exists),
    ),
  check: (pod, context) => {
    const grace = pod.spec.at("terminationGracePeriodSeconds");
    const seconds = grace.exists ? grace.number : DEFAULT_GRACE_SECONDS;
    return mainContainers(pod).flatMap((container) => {
      const drain = preStopSeconds(context, container);
      if (drain === undefined) return [];
      const needed = drain.number ?? Number(drain.text ?? Number.NaN);
      if (seconds !== undefined && needed < seconds) return [];
      return [
        (drain.unknown ? drain : grace).violation(
          `terminationGracePeriodSeconds (${seconds ?? grace.displayText}) must be greater than the preStop drain (${drain.text ?? drain.displayText} s)`,
        ),
      ];
    });
  },
};
