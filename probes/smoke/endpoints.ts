import { missingTokenVerdict } from "../access-token.ts";
import { defineCheck, notApplicable, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import type { HttpResponse } from "../client/http.ts";
import {
  describeResponse,
  errorBody,
  healthBody,
  parseBody,
  requireBody,
  requireStatus,
  statusBody,
} from "../contract.ts";
import { CONTRACT_METRICS } from "../contract-metrics.ts";
import { ScrapedMetrics } from "../sources/exposition.ts";
import { queryPrometheus } from "../sources/monitoring-client.ts";

export const healthEndpoint = defineCheck({
  suite: "smoke",
  name: "health-endpoint",
  title: "The health endpoint says ok, and a path that does not exist is not found.",
  findings: ["answers", "not-everything"],
  async run({ http, run }) {
    const [health, nowhere] = await Promise.all([http("/health", { retry: false }), http(`/${run}`)]);
    const answers = parseBody(health, healthBody);
    return {
      findings: {
        answers: passIf(answers !== undefined, {
          reason: "The health endpoint does not say ok.",
          expected: '200 {"status":"ok"}',
          seen: describeResponse(health),
          remedy: "A stalled main loop answers 503: read the server's log, then restart it.",
        }),
        "not-everything": requireStatus(
          nowhere,
          404,
          "A path that does not exist",
          "Something answers every path, so its health says nothing: see what stands at this address.",
        ),
      },
      measured: { answer_ms: Math.round(health.ms) },
    };
  },
});

export const statusEndpoint = defineCheck({
  suite: "smoke",
  name: "status-endpoint",
  title: "The status endpoint keeps its contract and reports the version that was released.",
  findings: ["shape", "version"],
  async run(context) {
    const reply = await context.http("/status");
    const body = parseBody(reply, statusBody);
    const wanted = context.target.release ?? (await buildVersion(context));
    return {
      findings: {
        shape: requireBody(reply, statusBody, "The answer of /status"),
        version: passIf(body !== undefined && (wanted === undefined || body.version === wanted), {
          reason: "The server reports another version than was released.",
          expected: wanted ?? "a version",
          seen: body?.version ?? describeResponse(reply),
          remedy: "Wait for the end of the rollout; if it has ended, roll out the release that was meant.",
        }),
      },
      measured: { version: body?.version ?? "unknown" },
    };
  },
});

/** The version that the build's metric names: of the same process, by another way. */
async function buildVersion({ metrics, target }: CheckContext): Promise<string | undefined> {
  if (target.metricsToken === undefined && target.apiToken === undefined) return undefined;
  return metrics().then(
    (scraped) => scraped.labels("spacetime_build_info")?.version,
    () => undefined,
  );
}

export const metricsEndpoint = defineCheck({
  suite: "smoke",
  name: "metrics-endpoint",
  title: "The metrics endpoint gives every metric of the contract, with values that move.",
  findings: ["complete", "alive"],
  async run(context) {
    if (context.target.metricsToken === undefined) {
      const missing = missingTokenVerdict(context);
      if (missing !== undefined) return { findings: { complete: missing, alive: missing } };
    }
    const reply = await context.http("/metrics", { as: "metrics", at: "server" });
    if (isHiddenByGateway(reply, context)) return metricsFromPrometheus(context);
    const first = new ScrapedMetrics(reply.status === 200 ? reply.text : "");
    await context.pause(250);
    const second = new ScrapedMetrics((await context.http("/metrics", { as: "metrics", at: "server" })).text);
    const [before = 0, after = 0] = [first, second].map((metrics) => metrics.sum("spacetime_frames_total"));
    return {
      findings: {
        complete: evaluateCompleteness(first, reply),
        alive: passIf(after > before, {
          reason: "The frame counter does not grow.",
          expected: `more than ${before} frames a quarter of a second later`,
          seen: String(after),
          remedy: "The main loop stands still, or the figures are not measured: read the server's log.",
        }),
      },
      measured: { metrics: first.types.size, frames: after },
    };
  },
});

function evaluateCompleteness(metrics: ScrapedMetrics, reply: HttpResponse): Verdict {
  const wrong = Object.entries(CONTRACT_METRICS)
    .filter(([name, type]) => metrics.types.get(name) !== type)
    .map(([name]) => name);
  const more = wrong.length > 3 ? ` and ${wrong.length - 3} more` : "";
  return passIf(reply.status === 200 && wrong.length === 0, {
    reason: "Metrics of the contract are missing.",
    expected: `${Object.keys(CONTRACT_METRICS).length} metrics`,
    seen: reply.status === 200 ? `without ${wrong.slice(0, 3).join(", ")}${more}` : describeResponse(reply),
    remedy: "Dashboards and alerts rely on them: deploy a build that emits them all.",
  });
}

/** The server's own 404 has an error body and means that metrics are off; the gateway's has none. */
function isHiddenByGateway(reply: HttpResponse, { target }: CheckContext): boolean {
  return target.serverUrl === undefined && reply.status === 404 && !errorBody.safeParse(reply.json).success;
}

async function metricsFromPrometheus({ prometheus }: CheckContext) {
  if (prometheus === undefined) {
    const hidden = notApplicable(
      "the gateway hides /metrics, as it should; name --server-url or --prometheus-url to ask behind it",
    );
    return { findings: { complete: hidden, alive: hidden } };
  }
  const [builds, frames] = await Promise.all([
    queryPrometheus(prometheus, "spacetime_build_info"),
    queryPrometheus(prometheus, "min(rate(spacetime_frames_total[5m]))"),
  ]);
  const remedy = "See Prometheus' page of targets: the game servers' job says why it fails.";
  const rate = frames[0]?.value ?? 0;
  return {
    findings: {
      complete: passIf(builds.length > 0, {
        reason: "Prometheus knows no game server.",
        expected: "spacetime_build_info",
        seen: "no series",
        remedy,
      }),
      alive: passIf(rate > 0, {
        reason: "The frame counters do not grow.",
        expected: "a rate above 0",
        seen: String(rate),
        remedy,
      }),
    },
    measured: { servers: builds.length },
  };
}
