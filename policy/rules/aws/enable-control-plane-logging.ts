import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

const LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"] as const;

export const enableControlPlaneLogging: Rule<InputNode> = {
  name: "enable-control-plane-logging",
  items: ["pre.infrastructure.control-plane-logs"],
  description: "All five control plane log types are enabled.",
  explanation: "An incident can be investigated only if the logs were enabled before it.",
  remediation: "Set enabledClusterLogTypes to api, audit, authenticator, controllerManager and scheduler.",
  subjects: (context) => context.ofType(AWS_TYPES.cluster),
  check: (cluster) => {
    const types = cluster.at("enabledClusterLogTypes");
    const on = types.items.map(({ text }) => text);
    const missing = LOG_TYPES.filter((type) => !on.includes(type));
    return missing.length === 0
      ? []
      : [types.violation(`these log types are not enabled: ${missing.join(", ")}`)];
  },
};
