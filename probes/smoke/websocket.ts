import { missingTokenVerdict } from "../access-token.ts";
import { type Check, defineCheck, PASS, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import { errorBody, statusBody } from "../contract.ts";
import { sendUntilRateLimited } from "../rate-limit.ts";
import { measureStreamRate } from "../telemetry-stream.ts";

export const websocket = defineCheck({
  suite: "smoke",
  name: "websocket",
  title: "The telemetry WebSocket delivers frames at the configured rate.",
  findings: ["frames", "rate"],
  async run(context) {
    const missing = missingTokenVerdict(context);
    if (missing !== undefined) return { findings: { frames: missing, rate: missing } };
    const { session, rate, promised, isSteady } = await measureStreamRate(context);
    const refused = session.refusedWith === undefined ? "" : `, refused with ${session.refusedWith}`;
    return {
      findings: {
        frames: passIf(session.opened && session.frames.length > 1 && session.unknown === 0, {
          reason: "The telemetry WebSocket delivers no valid frames.",
          expected: "frames, and no unknown message",
          seen: `${session.frames.length} frames, ${session.unknown} unknown messages${refused}`,
          remedy: "Check GODOT_TELEMETRY_ENABLED, the gateway's route /telemetry and the server's log.",
        }),
        rate: passIf(isSteady, {
          reason: "Frames do not arrive at the configured rate.",
          expected: `${promised} a second, 15 % more or less`,
          seen: `${rate} a second`,
          remedy: "Check the server's CPU usage and frame rate, and the network path from this machine.",
        }),
      },
      measured: { rate_hz: rate, promised_hz: promised },
    };
  },
});

/** Closed everywhere but in local, where the server itself must say that it opened them. */
function defineAdapterCheck(name: string, adapter: "dap" | "lsp", title: string): Check {
  return defineCheck({
    suite: "smoke",
    name,
    title,
    findings: ["closed"],
    async run(context) {
      const { target, port } = context;
      const host = new URL(target.url).hostname.replace(/^\[|\]$/g, "");
      const number = target.debugPorts[adapter];
      const state = await port(host, number);
      const closed =
        state === "closed" || (await isAdapterEnabled(context))
          ? PASS
          : passIf(false, {
              reason: `Port ${number} accepts connections: any client that reaches it can control the server.`,
              expected: "no answer",
              seen: "open",
              remedy: "Set GODOT_DEBUG_ADAPTERS_ENABLED to false, and expose only the gateway port.",
            });
      return { findings: { closed }, measured: { port: number, state } };
    },
  });
}

async function isAdapterEnabled({ target, http }: CheckContext): Promise<boolean> {
  if (target.environment !== "local") return false;
  const body = statusBody.safeParse((await http("/status")).json).data;
  const { debugging } = (body?.settings ?? {}) as {
    readonly debugging?: { readonly adaptersEnabled?: unknown };
  };
  return debugging?.adaptersEnabled === true;
}

export const debugAdapterClosed = defineAdapterCheck(
  "debug-adapter-closed",
  "dap",
  "The debug adapter (DAP) port is closed outside the local environment.",
);

export const languageServerClosed = defineAdapterCheck(
  "language-server-closed",
  "lsp",
  "The language server (LSP) port is closed outside the local environment.",
);

/** Requests whose times are measured, one after the other: enough for a 95th percentile that is not the slowest. */
const REQUEST_COUNT = 24;

export const responseTime = defineCheck({
  suite: "smoke",
  name: "response-time",
  title: "The p95 API latency is within its target.",
  findings: ["percentile"],
  async run({ http, target }) {
    const times: number[] = [];
    for (let turn = 0; turn < REQUEST_COUNT; turn += 1) {
      const { ms } = await http(turn % 4 === 3 ? "/status" : "/health", { retry: false });
      times.push(ms);
      // Every further answer could be as fast as light, and the 95th percentile would still be missed.
      if (times.filter((time) => time > target.expected.p95LatencyMs).length > REQUEST_COUNT * 0.05) break;
    }
    times.sort((a, b) => a - b);
    const percentile = (share: number): number =>
      Math.round(times[Math.min(times.length - 1, Math.ceil(times.length * share) - 1)] ?? 0);
    return {
      findings: {
        percentile: passIf(percentile(0.95) <= target.expected.p95LatencyMs, {
          reason: "API responses are too slow.",
          expected: `95 of 100 within ${target.expected.p95LatencyMs} ms`,
          seen: `${percentile(0.95)} ms`,
          remedy:
            "Check the server's CPU usage, the database latency and the network distance from this machine.",
        }),
      },
      measured: {
        p50_ms: percentile(0.5),
        p95_ms: percentile(0.95),
        p99_ms: percentile(0.99),
        requests: times.length,
      },
    };
  },
});

export const rateLimiting = defineCheck({
  suite: "smoke",
  name: "rate-limiting",
  title: "Requests over the rate limit get 429 with a Retry-After header.",
  findings: ["refused", "retry-after"],
  async run(context) {
    const missing = missingTokenVerdict(context);
    if (missing !== undefined) return { findings: { refused: missing, "retry-after": missing } };
    const flood = await sendUntilRateLimited(context, "smoke-limit");
    const said = errorBody.safeParse(flood.refused?.json).data?.error;
    const findings: Record<"refused" | "retry-after", Verdict> = {
      refused: passIf(said === "rate_limited" && flood.served > 0, {
        reason: "The server does not enforce its rate limit.",
        expected: `200 at first, then 429 within ${context.target.expected.sceneReadsPerMinute + 3} requests`,
        seen: flood.seen,
        remedy: "Set GODOT_RATE_LIMIT_ENABLED to true, and check GODOT_RATE_LIMIT_SCENE_READ_PER_MINUTE.",
      }),
      "retry-after": passIf(flood.retryAfter >= 1 && flood.retryAfter <= 60, {
        reason: "The 429 response has no valid Retry-After header.",
        expected: "Retry-After of 1 to 60 seconds: limits are per minute",
        seen: flood.refused?.headers["retry-after"] ?? "none",
        remedy: "Send Retry-After with every 429 response (RFC 9110, section 10.2.3).",
      }),
    };
    return {
      findings,
      measured: { served: flood.served, sent: flood.sent, retry_after_s: flood.retryAfter },
    };
  },
});
