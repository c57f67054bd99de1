import type { Violation } from "../input-node.ts";
import type { Rule } from "../rule.ts";
import { mountedFiles, type Pod, podsOfWorkloads } from "./kubernetes.ts";

interface GatewayRule extends Omit<Rule, "subjects" | "check"> {
  /** The violations in an nginx.conf; empty if it complies. */
  readonly problems: (file: string) => readonly string[];
}

/** A rule about the gateway's nginx.conf. */
export function gatewayRule({ problems, ...rule }: GatewayRule): Rule<Pod> {
  return {
    ...rule,
    subjects: (context) => podsOfWorkloads(context, "gateway"),
    check: (pod, context): Violation[] => {
      const files = mountedFiles(context, pod, "nginx.conf");
      if (files.length === 0) return [pod.spec.at("volumes").violation("the pod mounts no nginx.conf")];
      return files.flatMap((file) => problems(file.text ?? "").map((message) => file.violation(message)));
    },
  };
}
