import type { InputNode } from "../../input-node.ts";
import type { Rule } from "../../rule.ts";

export const disallowNodePorts: Rule<InputNode> = {
  name: "disallow-node-ports",
  items: ["pre.hardening.node-ports"],
  description: "In production, no Service has type NodePort or external IPs.",
  explanation:
    "A node port is open on every node and bypasses the load balancer and its allowed source ranges.",
  remediation: "Expose the gateway with load-balancer or ingress.",
  environments: ["production"],
  subjects: (context) => context.ofKind("Service"),
  check: (service) => {
    const type = service.at("spec", "type");
    const addresses = service.at("spec", "externalIPs");
    return [
      ...(type.text === "NodePort" ? [type.violation("the Service has type NodePort")] : []),
      ...addresses.items.map((address) =>
        address.violation(`the Service has the external IP ${address.displayText}`),
      ),
    ];
  },
};
