import { type Container, containers } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

/** No CPU limit, because throttling delays frames; a memory limit, because memory cannot be throttled. */
const REQUIRED_RESOURCES = [
  ["requests", "cpu"],
  ["requests", "memory"],
  ["limits", "memory"],
] as const;

export const requireResourceRequestsAndLimits: Rule<Container> = {
  name: "require-resource-requests-and-limits",
  items: ["pre.configuration.resources"],
  description: "Every container sets CPU and memory requests and a memory limit.",
  explanation:
    "Without requests, the scheduler overcommits nodes; without a limit, one memory leak affects other pods on the node.",
  remediation: "Set resources.requests.cpu, resources.requests.memory and resources.limits.memory.",
  // Ephemeral containers cannot set resources; they use those of their pod.
  subjects: (context) => containers(context).filter(({ role }) => role !== "ephemeral"),
  check: ({ node }) =>
    REQUIRED_RESOURCES.flatMap((path) => {
      const amount = node.at("resources", ...path);
      return amount.exists ? [] : [amount.violation(`resources.${path.join(".")} is missing`)];
    }),
};
