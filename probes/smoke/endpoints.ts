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
  title: "The health endpoint returns ok, and an unknown path returns 404.",
  findings: ["answers", "not-everything"],
  async run({ http, run }) {
    const [health, unknown] = await Promise.all([http("/health", { retry: false }), http(`/${run}`)]);
    const body = parseBody(health, healthBody);
    return {
      findings: {
        answers: passIf(body !== undefined, {
          reason: "The health endpoint does not return status ok.",
          expected: '200 {"status":"ok"}',
          seen: describeResponse(health),
          remedy: "503 means that the main loop has stalled: read the server's log, then restart the server.",
        }),
        "not-everything": requireStatus(
          unknown,
          404,
          "A path that does not exist",
          "This address answers every path, so its health response is not reliable: find out which service runs there.",
        ),
      },
      measured: { answer_ms: Math.round(health.ms) },
    };
  },
});

export const statusEndpoint = defineCheck({
  suite: "smoke",
  name: "status-endpoint",
  title: "The status endpoint matches the API contract and reports the released version.",
  findings: ["shape", "version"],
  async run(context) {
    const reply = await context.http("/status");
    const body = parseBody(reply, statusBody);
    const expected = context.target.release ?? (await buildVersion(context));
    return {
      findings: {
        shape: requireBody(reply, statusBody, "The response of /status"),
        version: passIf(body !== undefined && (expected === undefined || body.version === expected), {
          reason: "The server does not report the released version.",
          expected: expected ?? "a version",
          seen: body?.version ?? describeResponse(reply),
          remedy: "Wait until the rollout is complete; if it is, roll out the intended release.",
        }),
      },
      measured: { version: body?.version ?? "unknown" },
    };
  },
});

/** Returns the version in the metrics of the same process. */
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
  title: "The metrics endpoint exposes every metric in the contract, and the frame counter increases.",
  findings: ["complete", "alive"],
  async run(context) {
    if (context.target.metricsToken === undefined) {
      const missing = missingTokenVerdict(context);
      if (missing !== undefined) return { findings: { complete: missing, alive: missing } };
    }
    const reply = await context.http("/metrics", { auth: "metrics", endpoint: "server" });
    if (isHiddenByGateway(reply, context)) return metricsFromPrometheus(context);
    const first = new ScrapedMetrics(reply.status === 200 ? reply.text : "");
    await context.pause(250);
    const second = new ScrapedMetrics(
      (await context.http("/metrics", { auth: "metrics", endpoint: "server" })).text,
    );
    const [before = 0, after = 0] = [first, second].map((metrics) => metrics.sum("spacetime_frames_total"));
    return {
      findings: {
        complete: evaluateCompleteness(first, reply),
        alive: passIf(after > before, {
          reason: "The frame counter does not increase.",
          expected: `more than ${before} frames after 250 ms`,
          seen: String(after),
          remedy: "The main loop has stalled, or the metric is not updated: read the server's log.",
        }),
      },
      measured: { metrics: first.types.size, frames: after },
    };
  },
});

function evaluateCompleteness(metrics: ScrapedMetrics, reply: HttpResponse): Verdict {
  const invalid = Object.entries(CONTRACT_METRICS)
    .filter(([name, type]) => metrics.types.get(name) !== type)
    .map(([name]) => name);
  const more = invalid.length > 3 ? ` and ${invalid.length - 3} more` : "";
  return passIf(reply.status === 200 && invalid.length === 0, {
    reason: "Metrics in the contract are missing or have the wrong type.",
    expected: `${Object.keys(CONTRACT_METRICS).length} metrics`,
    seen: reply.status === 200 ? `without ${invalid.slice(0, 3).join(", ")}${more}` : describeResponse(reply),
    remedy: "Dashboards and alerts depend on these metrics: deploy a build that exposes all of them.",
  });
}

/** A 404 without an error body comes from the gateway; the server's own 404 means that metrics are disabled. */
function isHiddenByGateway(reply: HttpResponse, { target }: CheckContext): boolean {
  return target.serverUrl === undefined && reply.status === 404 && !errorBody.safeParse(reply.json).success;
}

async function metricsFromPrometheus({ prometheus }: CheckContext) {
  if (prometheus === undefined) {
    const hidden = notApplicable(
      "the gateway does not serve /metrics, by design; set --server-url or --prometheus-url to read the metrics",
    );
    return { findings: { complete: hidden, alive: hidden } };
  }
  const [builds, frames] = await Promise.all([
    queryPrometheus(prometheus, "spacetime_build_info"),
    queryPrometheus(prometheus, "min(rate(spacetime_frames_total[5m]))"),
  ]);
  const remedy = "Open the Prometheus targets page: it shows the last scrape error of the game server job.";
  const rate = frames[0]?.value ?? 0;
  return {
    findings: {
      complete: passIf(builds.length > 0, {
        reason: "Prometheus has no metrics of a game server.",
        expected: "spacetime_build_info",
        seen: "no series",
        remedy,
      }),
      alive: passIf(rate > 0, {
        reason: "The frame counters do not increase.",
        expected: "a rate above 0",
        seen: String(rate),
        remedy,
      }),
    },
    measured: { servers: builds.length },
  };
}
