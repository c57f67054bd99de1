import { nginxDirectives, nginxListeners } from "../../lib/config-files.ts";
import { gatewayRule } from "../../lib/gateway-rule.ts";

const ALLOWED_TLS_VERSIONS = ["TLSv1.2", "TLSv1.3"];

export const restrictTlsVersions = gatewayRule({
  name: "restrict-tls-versions",
  items: ["pre.security.tls-versions"],
  description: "The gateway offers TLS 1.2 and 1.3 and nothing older.",
  explanation: "Older versions have known breaks, and an attacker chooses the weakest that is offered.",
  remediation: "Keep ssl_protocols TLSv1.2 TLSv1.3 in nginx.conf and ssl on every listen but loopback.",
  problems: (file) => {
    const offered = nginxDirectives(file, "ssl_protocols");
    const old = offered
      .flatMap((list) => list.split(/\s+/))
      .filter((version) => !ALLOWED_TLS_VERSIONS.includes(version));
    // What listens on loopback alone is inside the pod.
    const plain = nginxListeners(file).filter(({ ssl, loopback }) => !ssl && !loopback);
    return [
      ...(offered.length > 0 ? [] : ["nginx.conf leaves the TLS versions to the image"]),
      ...(old.length === 0 ? [] : [`nginx.conf offers ${old.join(", ")}`]),
      ...plain.map(({ port }) => `nginx.conf listens on ${port} without TLS`),
    ];
  },
});
