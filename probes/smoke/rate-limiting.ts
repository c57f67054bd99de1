import { missingTokenVerdict } from "../access-token.ts";
import { defineCheck, passIf, type Verdict } from "../check.ts";
import { errorBody } from "../contract.ts";
import { sendUntilRateLimited } from "../rate-limit.ts";

export const rateLimiting = defineCheck({
  suite: "smoke",
  name: "rate-limiting",
  title: "Requests over the rate limit get 429 with a Retry-After header.",
  findings: ["refused", "retry-after"],
  async run(context) {
    const missing = missingTokenVerdict(context);
    if (missing !== undefined) return { findings: { refused: missing, "retry-after": missing } };
    const burst = await sendUntilRateLimited(context, "smoke-limit");
    const errorCode = errorBody.safeParse(burst.rejected?.json).data?.error;
    const findings: Record<"refused" | "retry-after", Verdict> = {
      refused: passIf(errorCode === "rate_limited" && burst.served > 0, {
        reason: "The server does not enforce its rate limit.",
        expected: `200 at first, then 429 within ${context.target.expected.sceneReadsPerMinute + 3} requests`,
        seen: burst.statusCounts,
        remedy: "Set GODOT_RATE_LIMIT_ENABLED to true, and check GODOT_RATE_LIMIT_SCENE_READ_PER_MINUTE.",
      }),
      "retry-after": passIf(burst.retryAfterSeconds >= 1 && burst.retryAfterSeconds <= 60, {
        reason: "The 429 response has no valid Retry-After header.",
        expected: "Retry-After of 1 to 60 seconds: limits are per minute",
        seen: burst.rejected?.headers["retry-after"] ?? "none",
        remedy: "Send Retry-After with every 429 response (RFC 9110, section 10.2.3).",
      }),
    };
    return {
      findings,
      measured: { served: burst.served, sent: burst.sent, retry_after_s: burst.retryAfterSeconds },
    };
  },
});
