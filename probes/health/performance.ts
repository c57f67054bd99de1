import { missingTokenVerdict } from "../access-token.ts";
import { defineCheck, fail, notApplicable, passIf } from "../check.ts";
import { describeResponse, parseBody, performanceBody } from "../contract.ts";
import type { ScrapedMetrics } from "../sources/exposition.ts";
import { maxValue, queryPrometheus } from "../sources/monitoring-client.ts";
import { hiddenMetricsReason, MAX_WINDOWS, scrapeWindow } from "./metrics-window.ts";

const group = "Performance";

const CONTAINER_MEMORY_QUERY =
  'max(container_memory_working_set_bytes{namespace="spacetime",container="game-server"})';

export const memory = defineCheck({
  suite: "health",
  group,
  name: "memory",
  title: "The memory usage of every game server is below its target.",
  findings: ["below-target"],
  async run(context) {
    const { http, prometheus, target } = context;
    const maxMb = target.expected.memoryMb;
    const bytes =
      prometheus === undefined
        ? undefined
        : maxValue(await queryPrometheus(prometheus, CONTAINER_MEMORY_QUERY));
    const missing = bytes === undefined ? missingTokenVerdict(context) : undefined;
    if (missing !== undefined) return { findings: { "below-target": missing } };
    const reply = bytes === undefined ? await http("/performance") : undefined;
    const reportedMb = reply === undefined ? undefined : parseBody(reply, performanceBody)?.memory_mb;
    const usedMb = bytes === undefined ? reportedMb : Math.round(bytes / 1e6);
    return {
      findings: {
        "below-target": passIf(usedMb !== undefined && usedMb > 0 && usedMb < maxMb, {
          reason: "A game server uses too much memory, or does not report its usage.",
          expected: `less than ${maxMb} MB`,
          seen: usedMb === undefined ? describeResponse(reply ?? NO_RESPONSE) : `${usedMb} MB`,
          remedy:
            "Check the memory usage over time: a steady rise indicates a leak, a step a new scene or many new players.",
        }),
      },
      ...(usedMb === undefined ? {} : { measured: { memory_mb: usedMb } }),
    };
  },
});

const NO_RESPONSE = { status: 0, headers: {}, text: "", json: undefined, ms: 0 };

/** Above this, there is no headroom for a burst of players; the autoscaler scales up earlier. */
const MAX_CPU_UTILIZATION = 0.85;

export const cpuHeadroom = defineCheck({
  suite: "health",
  group,
  name: "cpu-headroom",
  title: "The CPU utilization of the game servers is below its threshold.",
  findings: ["headroom"],
  async run(context) {
    if (context.cluster !== undefined) {
      const { autoscalers } = await context.cluster();
      const utilizations = autoscalers.flatMap(({ status }) =>
        (status?.currentMetrics ?? []).flatMap(({ resource }) =>
          resource?.name === "cpu" ? (resource.current.averageUtilization ?? []) : [],
        ),
      );
      if (utilizations.length > 0) return evaluateCpuUtilization(Math.max(...utilizations) / 100);
    }
    const hidden = hiddenMetricsReason(context);
    if (hidden !== undefined) return { findings: { headroom: notApplicable(hidden) } };
    for (let window = 1; ; window += 1) {
      const { before, after, seconds } = await scrapeWindow(context);
      const [begin, end] = [before, after].map((scraped) => scraped.sum("spacetime_cpu_seconds_total"));
      if (begin === undefined || end === undefined) {
        return { findings: { headroom: fail({ ...CPU_FAILURE, seen: "no spacetime_cpu_seconds_total" }) } };
      }
      const utilization = (end - begin) / seconds / context.target.expected.cores;
      if (utilization <= MAX_CPU_UTILIZATION || window === MAX_WINDOWS) {
        return evaluateCpuUtilization(utilization);
      }
    }
  },
});

const CPU_FAILURE = {
  reason: "The game servers' CPU utilization is too high or unknown.",
  expected: `at most ${MAX_CPU_UTILIZATION * 100} % of their CPU limit`,
  remedy: "Add game servers or raise their CPU limit (gameServer.pools).",
};

function evaluateCpuUtilization(utilization: number) {
  const percent = Math.round(utilization * 100);
  return {
    findings: {
      headroom: passIf(utilization <= MAX_CPU_UTILIZATION, { ...CPU_FAILURE, seen: `${percent} %` }),
    },
    measured: { cpu_percent: percent },
  };
}

/** Threshold of the error rate alert in the seeds. */
const MAX_ERROR_RATIO = 0.01;

/** Excludes probes, because a server that is not ready returns 503 and that is not an error. */
const ERROR_RATIO_QUERY =
  'sum(rate(spacetime_http_requests_total{status=~"5..",route!~"/ready|/health"}[5m])) / sum(rate(spacetime_http_requests_total[5m]))';

export const errorRate = defineCheck({
  suite: "health",
  group,
  name: "error-rate",
  title: "The HTTP error rate is within its target.",
  findings: ["within-target"],
  async run(context) {
    const { prometheus } = context;
    const hidden = prometheus === undefined ? hiddenMetricsReason(context) : undefined;
    if (hidden !== undefined) return { findings: { "within-target": notApplicable(hidden) } };
    const share =
      prometheus === undefined
        ? errorRatioSinceStart(await context.metrics("fresh"))
        : maxValue(await queryPrometheus(prometheus, ERROR_RATIO_QUERY));
    return {
      findings: {
        "within-target": passIf(share !== undefined && share <= MAX_ERROR_RATIO, {
          reason: "The HTTP error rate is too high or unknown.",
          expected: `${MAX_ERROR_RATIO * 100} % at most`,
          seen: share === undefined ? "no count" : `${Math.round(share * 1e4) / 100} %`,
          remedy: "Read the server's log for the cause of each failed request.",
        }),
      },
      ...(share === undefined ? {} : { measured: { failed_percent: Math.round(share * 1e4) / 100 } }),
    };
  },
});

function errorRatioSinceStart(metrics: ScrapedMetrics): number | undefined {
  const all = metrics.sum("spacetime_http_requests_total");
  const failed = metrics.sum(
    "spacetime_http_requests_total",
    ({ status = "", route = "" }) => status.startsWith("5") && route !== "/ready" && route !== "/health",
  );
  return all === undefined || all === 0 ? undefined : (failed ?? 0) / all;
}
