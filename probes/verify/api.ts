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
  title: "The health endpoint answers 200 and says ok.",
  findings: ["status-200", "body"],
  async run({ http }) {
    const reply = await http("/health", { retry: false });
    const remedy = "A stalled main loop answers 503: read the server's log, then restart it.";
    return {
      findings: {
        "status-200": requireStatus(reply, 200, "/health", remedy),
        body: requireBody(reply, healthBody, "The answer of /health"),
      },
      measured: { answer_ms: Math.round(reply.ms) },
    };
  },
});

export const apiStatus = defineCheck({
  suite: "verify",
  name: "api-status",
  title: "The status endpoint describes a healthy server of this environment.",
  findings: ["healthy", "environment", "http-api-active", "shape"],
  async run({ http, target }) {
    const reply = await http("/status");
    const body = parseBody(reply, statusBody);
    const wanted = target.environment;
    return {
      findings: {
        healthy: passIf(body?.status === "ok", {
          reason: "The server does not call itself healthy.",
          expected: 'status "ok"',
          seen: body?.status ?? describeResponse(reply),
          remedy: "A draining server is about to leave: ask again after the rollout.",
        }),
        environment: passIf(body !== undefined && (wanted === undefined || body.environment === wanted), {
          reason: "The server believes to be in another environment.",
          expected: wanted ?? "one of the environments",
          seen: body?.environment ?? describeResponse(reply),
          remedy: "Correct GODOT_ENV of the deployment, or ask the address of the right environment.",
        }),
        "http-api-active": passIf(body?.http_api === "active", {
          reason: "The HTTP API is not active.",
          expected: 'http_api "active"',
          seen: body?.http_api ?? describeResponse(reply),
          remedy: "Set GODOT_ENABLE_HTTP_API to true: release builds switch it off by themselves.",
        }),
        shape: requireBody(reply, statusBody, "The answer of /status"),
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
  title: "The performance endpoint gives every figure of the contract.",
  findings: ["answers", "complete"],
  async run(context) {
    const missing = missingTokenVerdict(context);
    if (missing !== undefined) return { findings: { answers: missing, complete: missing } };
    const first = await context.http("/performance");
    await context.pause(300);
    const second = await context.http("/performance");
    const [before, after] = [parseBody(first, performanceBody), parseBody(second, performanceBody)];
    const turns = before !== undefined && after !== undefined && after.fps > 0 && after.frame_time_ms > 0;
    return {
      findings: {
        answers: requireStatus(first, 200, "/performance", "See that the token is valid and metrics are on."),
        complete: turns
          ? passIf(after.uptime_seconds >= before.uptime_seconds, {
              reason: "The figures do not come from a server that runs on.",
              expected: "an uptime that grows",
              seen: `${before.uptime_seconds} s, then ${after.uptime_seconds} s`,
              remedy: "See what answers at this address: figures that stand still are not measured.",
            })
          : after === undefined
            ? requireBody(second, performanceBody, "The answer of /performance")
            : passIf(false, {
                reason: "Performance figures are empty.",
                expected: "a frame rate and a frame time above 0",
                seen: describeResponse(second),
                remedy: "The main loop does not turn, or the build does not measure: read the server's log.",
              }),
      },
      ...(after === undefined ? {} : { measured: { fps: after.fps, memory_mb: after.memory_mb } }),
    };
  },
});

export const automatedValidation = defineCheck({
  suite: "verify",
  name: "automated-validation",
  title: "The verification asked every question, and every answer was right.",
  findings: ["exit-status", "complete"],
  last: true,
  async run(_context, earlier) {
    const failed = earlier.filter(({ verdict }) => verdict.outcome === "fail").map(({ name }) => name);
    const open = earlier.filter(({ findings }) =>
      Object.values(findings).some(({ outcome }) => outcome === "not-applicable"),
    );
    const findings = {
      "exit-status": passIf(failed.length === 0 && earlier.length > 0, {
        reason: "The verification did not succeed.",
        expected: "every other check passes",
        seen: failed.join(", ") || "nothing was asked",
        remedy: "Follow the remedies of the checks that failed, then verify again.",
      }),
      complete: passIf(earlier.length === OTHER_CHECK_COUNT && open.length === 0, {
        reason: "Not every question was asked.",
        expected: `${OTHER_CHECK_COUNT} checks, none left open`,
        seen: `${earlier.length} checks; open: ${open.map(({ name }) => name).join(", ") || "none"}`,
        remedy: "Give the verification what it asks for, such as the service token, and run it again.",
      }),
    };
    return { findings };
  },
});

/** The ten of seed 003 without this one. */
const OTHER_CHECK_COUNT = 9;
