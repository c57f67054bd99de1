import type { PolicyContext } from "./context.ts";
import { mountedFiles, type Pod, podsNamed } from "./kubernetes.ts";
import type { Node, Violation } from "./node.ts";
import type { Rule } from "./rule.ts";
import { directives } from "./server-configs.ts";

interface RedisRule extends Omit<Rule, "subjects" | "check"> {
  /** What is wrong with the settings; nothing when they comply. */
  readonly problems: (
    settings: ReadonlyMap<string, string>,
    pod: Pod,
    context: PolicyContext,
  ) => readonly string[];
}

/** The redis.conf of a pod, which must be mounted from a ConfigMap to be judged. */
function configs(context: PolicyContext, pod: Pod): readonly Node[] {
  return mountedFiles(context, pod, "redis.conf");
}

/** A rule about the settings of Redis. */
export function redisRule({ problems, ...rule }: RedisRule): Rule<Pod> {
  return {
    ...rule,
    subjects: (context) => podsNamed(context, "redis"),
    check: (pod, context): Violation[] => {
      const files = configs(context, pod);
      if (files.length === 0) return [pod.spec.at("volumes").violation("the pod mounts no redis.conf")];
      return files.flatMap((file) =>
        problems(directives(file.text ?? ""), pod, context).map((message) => file.violation(message)),
      );
    },
  };
}
