import type { InputNode } from "../../input-node.ts";
import type { Rule } from "../../rule.ts";

export const disallowNodePorts: Rule<InputNode> = {
  name: "disallow-node-ports",
  items: [],
  description: "In production no Service opens a port on the nodes or takes addresses from outside.",
  explanation: "A node port is open on every node, beside the load balancer and its allowed sources.",
  remediation: "Expose the gateway by load-balancer or ingress.",
  environments: ["production"],
  subjects: (context) => context.ofKind("Service"),
  check: (service) => {
    const type = service.at("spec", "type");
    const addresses = service.at("spec", "externalIPs");
    return [
      ...(type.text === "NodePort" ? [type.violation("the Service opens a port on every node")] : []),
      ...addresses.items.map((address) =>
        address.violation(`the Service takes address ${address.displayText}`),
      ),
    ];
  },
};
