import { missingTokenVerdict } from "../access-token.ts";
import { defineCheck, notApplicable, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import { sendUntilRateLimited } from "../rate-limit.ts";

/** Headers by which a client claims another address. */
const SPOOFED_HEADERS: Readonly<Record<string, string>> = {
  "X-Forwarded-For": "203.0.113.7",
  "X-Real-IP": "203.0.113.7",
  Forwarded: "for=203.0.113.7",
  "X-Client-IP": "203.0.113.7",
  "CF-Connecting-IP": "203.0.113.7",
};

const PURPOSE = "evasion";

/** Repeats the rejected request, in the same bucket, with each header. */
async function spoofedVerdict({ http, run, target }: CheckContext): Promise<Verdict> {
  if (target.local?.gateway === "none") {
    return notApplicable("without a gateway, the server trusts this machine as if it were the gateway");
  }
  const bucket = `${run}-${PURPOSE}`.slice(0, 40);
  const replies = await Promise.all(
    Object.entries(SPOOFED_HEADERS).map(
      async ([name, value]) => [name, await http("/scene", { bucket, headers: { [name]: value } })] as const,
    ),
  );
  const evaded = replies.filter(([, { status }]) => status !== 429);
  return passIf(evaded.length === 0, {
    reason: "A client evades its rate limit by claiming another address.",
    expected: "429 with every header",
    seen: evaded.map(([name, { status }]) => `${name}: ${status}`).join(", "),
    remedy: "Trust X-Forwarded-For only from the gateway (GODOT_HTTP_TRUSTED_PROXIES), and no other header.",
  });
}

export const rateLimitEvasion = defineCheck({
  suite: "security",
  name: "rate-limit-evasion",
  title: "A client over its limit is still rejected if it claims another address.",
  findings: ["limited", "spoofed"],
  async run(context) {
    const missing = missingTokenVerdict(context);
    if (missing !== undefined) return { findings: { limited: missing, spoofed: missing } };
    const burst = await sendUntilRateLimited(context, PURPOSE);
    return {
      findings: {
        limited: passIf(burst.rejected !== undefined, {
          reason: "No request over the rate limit was rejected, so there is nothing to evade.",
          expected: `429 within ${burst.sent} requests of one minute`,
          seen: burst.statusCounts,
          remedy: "Set GODOT_RATE_LIMIT_ENABLED to true.",
        }),
        spoofed: await spoofedVerdict(context),
      },
      measured: { requests: burst.sent, headers: Object.keys(SPOOFED_HEADERS).length },
    };
  },
});
