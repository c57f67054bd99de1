import { missingTokenVerdict } from "../access-token.ts";
import { defineCheck, passIf } from "../check.ts";
import {
  describeResponse,
  healthBody,
  parseBody,
  performanceBody,
  requireBody,
  requireStatus,
  statusBody,
} from "../contract.ts";

export const apiHealth = defineCheck({
  suite: "verify",
  name: "api-health",
  title: "The health endpoint returns 200 with status ok.",
  findings: ["status-200", "body"],
  async run({ http }) {
    const reply = await http("/health", { retry: false });
    const remedy =
      "503 means that the main loop has stalled: read the server's log, then restart the server.";
    return {
      findings: {
        "status-200": requireStatus(reply, 200, "/health", remedy),
        body: requireBody(reply, healthBody, "The response of /health"),
      },
      measured: { answer_ms: Math.round(reply.ms) },
    };
  },
});

export const apiStatus = defineCheck({
  suite: "verify",
  name: "api-status",
  title: "The status endpoint reports a healthy server of this environment.",
  findings: ["healthy", "environment", "http-api-active", "shape"],
  async run({ http, target }) {
    const reply = await http("/status");
    const body = parseBody(reply, statusBody);
    const expected = target.environment;
    return {
      findings: {
        healthy: passIf(body?.status === "ok", {
          reason: "The server does not report itself as healthy.",
          expected: 'status "ok"',
          seen: body?.status ?? describeResponse(reply),
          remedy: "A draining server is about to stop: run the check again after the rollout.",
        }),
        environment: passIf(body !== undefined && (expected === undefined || body.environment === expected), {
          reason: "The server reports another environment.",
          expected: expected ?? "one of the environments",
          seen: body?.environment ?? describeResponse(reply),
          remedy: "Correct GODOT_ENV of the deployment, or use the address of the intended environment.",
        }),
        "http-api-active": passIf(body?.http_api === "active", {
          reason: "The HTTP API is not active.",
          expected: 'http_api "active"',
          seen: body?.http_api ?? describeResponse(reply),
          remedy: "Set GODOT_ENABLE_HTTP_API to true: release builds disable it by default.",
        }),
        shape: requireBody(reply, statusBody, "The response of /status"),
      },
      ...(body === undefined
        ? {}
        : {
            measured: {
              version: body.version,
              implementation: body.implementation,
              environment: body.environment,
            },
          }),
    };
  },
});

export const performanceMetrics = defineCheck({
  suite: "verify",
  name: "performance-metrics",
  title: "The performance endpoint returns every value in the API contract.",
  findings: ["answers", "complete"],
  async run(context) {
    const missing = missingTokenVerdict(context);
    if (missing !== undefined) return { findings: { answers: missing, complete: missing } };
    const first = await context.http("/performance");
    await context.pause(300);
    const second = await context.http("/performance");
    const [before, after] = [parseBody(first, performanceBody), parseBody(second, performanceBody)];
    const hasValues = before !== undefined && after !== undefined && after.fps > 0 && after.frame_time_ms > 0;
    return {
      findings: {
        answers: requireStatus(
          first,
          200,
          "/performance",
          "Check that the token is valid and that metrics are enabled.",
        ),
        complete: hasValues
          ? passIf(after.uptime_seconds >= before.uptime_seconds, {
              reason: "The uptime does not increase between two responses.",
              expected: "an increasing uptime",
              seen: `${before.uptime_seconds} s, then ${after.uptime_seconds} s`,
              remedy: "Check which service runs at this address, and whether it restarted.",
            })
          : after === undefined
            ? requireBody(second, performanceBody, "The response of /performance")
            : passIf(false, {
                reason: "The performance values are empty.",
                expected: "a frame rate and a frame time above 0",
                seen: describeResponse(second),
                remedy:
                  "The main loop has stalled, or the build does not measure performance: read the server's log.",
              }),
      },
      ...(after === undefined ? {} : { measured: { fps: after.fps, memory_mb: after.memory_mb } }),
    };
  },
});
