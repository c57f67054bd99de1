import type { InputNode } from "../../input-node.ts";
import type { Rule } from "../../rule.ts";

export const requireIngressTls: Rule<InputNode> = {
  name: "require-ingress-tls",
  items: ["pre.hardening.encrypted-connections"],
  description: "Every Ingress host has a TLS entry.",
  explanation: "Without a TLS entry, the host is served as plain HTTP on port 80, including tokens.",
  remediation: "Add the host to spec.tls with the Secret that contains its certificate.",
  subjects: (context) => context.ofKind("Ingress"),
  check: (ingress) => {
    const tls = ingress.at("spec", "tls");
    const covered = tls.items
      .filter((entry) => entry.at("secretName").text)
      .flatMap((entry) => entry.at("hosts").items.map(({ text }) => text));
    return ingress.at("spec", "rules").items.flatMap((rule) => {
      const host = rule.at("host");
      if (host.text !== undefined && covered.includes(host.text)) return [];
      return [host.violation(`the host (${host.displayText}) has no TLS entry`, tls)];
    });
  },
};
