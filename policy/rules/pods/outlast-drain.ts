import type { PolicyContext } from "../../context.ts";
import { GAME_SERVER, variable } from "../../game-server.ts";
import { type Container, mainContainers, NAME_LABEL, type Pod, servingPods } from "../../kubernetes.ts";
import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

/** The seconds that Kubernetes gives a pod which names none. */
const DEFAULT_GRACE_SECONDS = 30;

/** What a container takes before it stops: the drain of a game server, or a plain wait. */
function drainSeconds(context: PolicyContext, container: Container): Node | undefined {
  const hook = container.node.at("lifecycle", "preStop");
  if (hook.at("sleep", "seconds").exists) return hook.at("sleep", "seconds");
  const command = hook.at("exec", "command");
  if (command.at(0).text === "sleep") return command.at(1);
  const isGame = container.pod.labels.at(NAME_LABEL).text === GAME_SERVER;
  return isGame && command.exists ? variable(context, container, "GODOT_DRAIN_TIMEOUT_SECONDS") : undefined;
}

export const outlastDrain: Rule<Pod> = {
  name: "outlast-drain",
  items: [],
  description: "A pod's grace period is longer than what it does before it stops.",
  explanation: "The hook's time counts against the grace period, and at its end stands SIGKILL.",
  remediation: "Raise terminationGracePeriodSeconds above the drain, or shorten gameServer.drainSeconds.",
  subjects: (context) =>
    servingPods(context).filter((pod) =>
      mainContainers(pod).some(({ node }) => node.at("lifecycle", "preStop").exists),
    ),
  check: (pod, context) => {
    const grace = pod.spec.at("terminationGracePeriodSeconds");
    const seconds = grace.exists ? grace.number : DEFAULT_GRACE_SECONDS;
    return mainContainers(pod).flatMap((container) => {
      const drain = drainSeconds(context, container);
      if (drain === undefined) return [];
      const needed = drain.number ?? Number(drain.text ?? Number.NaN);
      if (seconds !== undefined && needed < seconds) return [];
      return [
        (drain.unknown ? drain : grace).violation(
          `${seconds ?? grace.shown} seconds of grace do not outlast a drain of ${drain.shown} seconds`,
        ),
      ];
    });
  },
};
