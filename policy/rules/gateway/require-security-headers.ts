import { nginxDirectives } from "../../lib/config-files.ts";
import { gatewayRule } from "../../lib/gateway-rule.ts";

/** The required headers, with a pattern for each value. */
const REQUIRED_HEADERS: Readonly<Record<string, RegExp>> = {
  "Strict-Transport-Security": /max-age=\d{8,}/,
  "X-Content-Type-Options": /nosniff/,
  "X-Frame-Options": /DENY|SAMEORIGIN/,
  "Referrer-Policy": /no-referrer|same-origin|strict-origin/,
  "Content-Security-Policy": /default-src/,
};

export const requireSecurityHeaders = gatewayRule({
  name: "require-security-headers",
  items: ["pre.security.headers"],
  description:
    "The gateway sends Strict-Transport-Security and the other security headers with every response.",
  explanation: "Without them, browsers allow downgrades to plain HTTP, framing and content sniffing.",
  remediation: "Keep the add_header lines in nginx-config.ts, each with the always parameter.",
  problems: (file) => {
    const sent = nginxDirectives(file, "add_header");
    return Object.entries(REQUIRED_HEADERS).flatMap(([name, value]) => {
      const isSent = sent.some(
        (header) => header.startsWith(`${name} `) && value.test(header) && header.endsWith(" always"),
      );
      return isSent ? [] : [`nginx.conf does not send the header ${name} with every response`];
    });
  },
});
