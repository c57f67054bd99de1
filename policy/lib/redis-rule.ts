import type { PolicyContext } from "../context.ts";
import type { InputNode, Violation } from "../input-node.ts";
import type { Rule } from "../rule.ts";
import { parseSettings } from "./config-files.ts";
import { mountedFiles, type Pod, podsOfWorkloads } from "./kubernetes.ts";

interface RedisRule extends Omit<Rule, "subjects" | "check"> {
  /** The violations in the settings; empty if they comply. */
  readonly problems: (
    settings: ReadonlyMap<string, string>,
    pod: Pod,
    context: PolicyContext,
  ) => readonly string[];
}

/** The redis.conf of a pod, which can only be checked if it is mounted from a ConfigMap. */
function redisConfigs(context: PolicyContext, pod: Pod): readonly InputNode[] {
  return mountedFiles(context, pod, "redis.conf");
}

/** A rule about the settings of Redis. */
export function redisRule({ problems, ...rule }: RedisRule): Rule<Pod> {
  return {
    ...rule,
    subjects: (context) => podsOfWorkloads(context, "redis"),
    check: (pod, context): Violation[] => {
      const files = redisConfigs(context, pod);
      if (files.length === 0) return [pod.spec.at("volumes").violation("the pod mounts no redis.conf")];
      return files.flatMap((file) =>
        problems(parseSettings(file.text ?? ""), pod, context).map((message) => file.violation(message)),
      );
    },
  };
}
