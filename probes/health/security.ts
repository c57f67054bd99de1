import { defineCheck, notApplicable, passIf, type Verdict } from "../check.ts";
import type { TlsHandshake } from "../client/tls.ts";

const group = "Security";

/** Headers that the gateway adds to every response, with a pattern of their value. */
const GATEWAY_HEADERS: Readonly<Record<string, RegExp>> = {
  "strict-transport-security": /max-age=(\d{7,})/,
  "x-content-type-options": /^nosniff/,
  "x-frame-options": /^DENY|^SAMEORIGIN/i,
  "referrer-policy": /no-referrer|same-origin|strict-origin/,
  "content-security-policy": /default-src/,
  "permissions-policy": /\(\)/,
};

/** Headers that the server itself sends. */
const SERVER_HEADERS: Readonly<Record<string, RegExp>> = {
  "x-content-type-options": /nosniff/,
  "cache-control": /no-store/,
};

export const securityHeaders = defineCheck({
  suite: "health",
  group,
  name: "security-headers",
  title: "All responses, including errors, have the security headers.",
  findings: ["answers", "errors"],
  async run({ http, target, run }) {
    const hasNoGateway = target.local?.gateway === "none";
    const required = hasNoGateway ? SERVER_HEADERS : GATEWAY_HEADERS;
    const [response, error] = await Promise.all([http("/health", { retry: false }), http(`/${run}`)]);
    const evaluateHeaders = (headers: Readonly<Record<string, string>>): Verdict => {
      const missing = Object.keys(required).filter(
        (name) => required[name]?.test(headers[name] ?? "") !== true,
      );
      return passIf(missing.length === 0, {
        reason: "Security headers are missing or have the wrong value.",
        expected: Object.keys(required).join(", "),
        seen: `without ${missing.join(", ")}`,
        remedy: hasNoGateway
          ? "Deploy a build that implements the API contract."
          : "Put the gateway in front of the server; its configuration sets all headers.",
      });
    };
    return {
      findings: { answers: evaluateHeaders(response.headers), errors: evaluateHeaders(error.headers) },
    };
  },
});

/** Renewal starts when a third of the lifetime is left (components/certificates); at half of that it has failed. */
const MIN_REMAINING_LIFETIME_RATIO = 1 / 6;

const DAY_MS = 86_400_000;

function evaluateCertificateLifetime({ notBefore, notAfter }: TlsHandshake): Verdict {
  const lifetime = notAfter.getTime() - notBefore.getTime();
  const left = notAfter.getTime() - Date.now();
  return passIf(left / lifetime >= MIN_REMAINING_LIFETIME_RATIO, {
    reason: "A certificate is close to expiry: its renewal failed.",
    expected: `at least one sixth of its lifetime left`,
    seen: `${Math.floor(left / DAY_MS)} of ${Math.round(lifetime / DAY_MS)} days`,
    remedy: "Find out why it was not renewed with kubectl describe certificate, or deploy again.",
  });
}

export const certificateLifetime = defineCheck({
  suite: "health",
  group,
  name: "certificate-lifetime",
  title: "No TLS certificate is close to expiry.",
  findings: ["gateway", "server"],
  async run({ tls, target }) {
    const gateway = await tls();
    const hasServerPort = target.serverUrl !== undefined && target.serverUrl !== target.url;
    return {
      findings: {
        gateway: evaluateCertificateLifetime(gateway),
        server: hasServerPort
          ? evaluateCertificateLifetime(await tls("server"))
          : notApplicable("the server's own port is the gateway port, or is not reachable from this machine"),
      },
      measured: { days_left: Math.floor((gateway.notAfter.getTime() - Date.now()) / DAY_MS) },
    };
  },
});
