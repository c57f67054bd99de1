import { nginxDirectives, nginxListeners } from "../../lib/config-files.ts";
import { gatewayRule } from "../../lib/gateway-rule.ts";

const ALLOWED_TLS_VERSIONS = ["TLSv1.2", "TLSv1.3"];

export const restrictTlsVersions = gatewayRule({
  name: "restrict-tls-versions",
  items: ["pre.security.tls-versions"],
  description: "The gateway accepts only TLS 1.2 and TLS 1.3.",
  explanation:
    "Older versions have known weaknesses, and an attacker can force the weakest version on offer.",
  remediation:
    "Set ssl_protocols TLSv1.2 TLSv1.3 in nginx.conf, and add ssl to every listen directive except on loopback.",
  problems: (file) => {
    const offered = nginxDirectives(file, "ssl_protocols");
    const old = offered
      .flatMap((list) => list.split(/\s+/))
      .filter((version) => !ALLOWED_TLS_VERSIONS.includes(version));
    // Listeners on loopback are reachable only inside the pod.
    const plain = nginxListeners(file).filter(({ ssl, loopback }) => !ssl && !loopback);
    return [
      ...(offered.length > 0 ? [] : ["nginx.conf does not set ssl_protocols"]),
      ...(old.length === 0 ? [] : [`nginx.conf accepts ${old.join(", ")}`]),
      ...plain.map(({ port }) => `nginx.conf listens on ${port} without TLS`),
    ];
  },
});
