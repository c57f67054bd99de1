import type { InputNode } from "../../input-node.ts";
import type { Rule } from "../../rule.ts";

export const requireIngressTls: Rule<InputNode> = {
  name: "require-ingress-tls",
  items: [],
  description: "Every host of an Ingress is served over TLS.",
  explanation: "A host without an entry is served in plain text on port 80, tokens included.",
  remediation: "Name the host under spec.tls with the Secret that holds its certificate.",
  subjects: (context) => context.ofKind("Ingress"),
  check: (ingress) => {
    const tls = ingress.at("spec", "tls");
    const covered = tls.items
      .filter((entry) => entry.at("secretName").text)
      .flatMap((entry) => entry.at("hosts").items.map(({ text }) => text));
    return ingress.at("spec", "rules").items.flatMap((rule) => {
      const host = rule.at("host");
      if (host.text !== undefined && covered.includes(host.text)) return [];
      return [host.violation(`the host (${host.displayText}) is served without TLS`, tls)];
    });
  },
};
