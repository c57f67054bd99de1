import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

const LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"] as const;

export const enableControlPlaneLogging: Rule<InputNode> = {
  name: "enable-control-plane-logging",
  items: ["pre.infrastructure.control-plane-logs"],
  description: "The control plane writes all five of its logs.",
  explanation: "Who did what to the cluster can be told afterwards only from logs that were on before.",
  remediation: "List api, audit, authenticator, controllerManager and scheduler in enabledClusterLogTypes.",
  subjects: (context) => context.ofType(AWS_TYPES.cluster),
  check: (cluster) => {
    const types = cluster.at("enabledClusterLogTypes");
    const on = types.items.map(({ text }) => text);
    const missing = LOG_TYPES.filter((type) => !on.includes(type));
    return missing.length === 0 ? [] : [types.violation(`without the logs ${missing.join(", ")}`)];
  },
};
