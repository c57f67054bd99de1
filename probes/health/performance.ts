import { check, demand, fail, notApplicable } from "../check.ts";
import { bodyOf, performanceBody, shown } from "../contract.ts";
import { withoutToken } from "../needs.ts";
import type { Metrics } from "../sources/exposition.ts";
import { largest, query } from "../sources/monitoring.ts";
import { spanOf, unscraped, WINDOWS } from "./span.ts";

const group = "Performance";

const CONTAINER_MEMORY =
  'max(container_memory_working_set_bytes{namespace="spacetime",container="game-server"})';

export const memory = check({
  suite: "health",
  group,
  name: "memory",
  title: "Every server uses less memory than its target.",
  findings: ["below-target"],
  async run(context) {
    const { http, prometheus, target } = context;
    const most = target.expected.memoryMb;
    const bytes = prometheus === undefined ? undefined : largest(await query(prometheus, CONTAINER_MEMORY));
    const missing = bytes === undefined ? withoutToken(context) : undefined;
    if (missing !== undefined) return { findings: { "below-target": missing } };
    const reply = bytes === undefined ? await http("/performance") : undefined;
    const said = reply === undefined ? undefined : bodyOf(reply, performanceBody)?.memory_mb;
    const used = bytes === undefined ? said : Math.round(bytes / 1e6);
    return {
      findings: {
        "below-target": demand(used !== undefined && used > 0 && used < most, {
          reason: "A server uses too much memory, or does not say how much.",
          expected: `less than ${most} MB`,
          seen: used === undefined ? shown(reply ?? NO_REPLY) : `${used} MB`,
          remedy: "See the memory over time: a slope is a leak, a step a scene or a crowd.",
        }),
      },
      ...(used === undefined ? {} : { measured: { memory_mb: used } }),
    };
  },
});

const NO_REPLY = { status: 0, headers: {}, text: "", json: undefined, ms: 0 };

/** Above it a burst of players finds no processor time; the autoscaler acts at less. */
const MOST_BUSY = 0.85;

export const cpuHeadroom = check({
  suite: "health",
  group,
  name: "cpu-headroom",
  title: "The servers have processor time to spare.",
  findings: ["headroom"],
  async run(context) {
    if (context.cluster !== undefined) {
      const { autoscalers } = await context.cluster();
      const loads = autoscalers.flatMap(({ status }) =>
        (status?.currentMetrics ?? []).flatMap(({ resource }) =>
          resource?.name === "cpu" ? (resource.current.averageUtilization ?? []) : [],
        ),
      );
      if (loads.length > 0) return judgeLoad(Math.max(...loads) / 100);
    }
    const hidden = unscraped(context);
    if (hidden !== undefined) return { findings: { headroom: notApplicable(hidden) } };
    for (let window = 1; ; window += 1) {
      const { before, after, seconds } = await spanOf(context);
      const [begin, end] = [before, after].map((scraped) => scraped.sum("spacetime_cpu_seconds_total"));
      if (begin === undefined || end === undefined) {
        return { findings: { headroom: fail({ ...BUSY, seen: "no spacetime_cpu_seconds_total" }) } };
      }
      const load = (end - begin) / seconds / context.target.expected.cores;
      if (load <= MOST_BUSY || window === WINDOWS) return judgeLoad(load);
    }
  },
});

const BUSY = {
  reason: "The servers have hardly any processor time left, or do not say how much they use.",
  expected: `at most ${MOST_BUSY * 100} % of what they may use`,
  remedy: "Add servers, or give each more of a processor (gameServer.pools).",
};

function judgeLoad(load: number) {
  const percent = Math.round(load * 100);
  return {
    findings: { headroom: demand(load <= MOST_BUSY, { ...BUSY, seen: `${percent} %` }) },
    measured: { cpu_percent: percent },
  };
}

/** One of a hundred: the share that the error-rate alert of the seeds calls a spike. */
const MOST_ERRORS = 0.01;

/** Probes are left out: a server that is not ready says so with 503, and that is no error. */
const FAILED =
  'sum(rate(spacetime_http_requests_total{status=~"5..",route!~"/ready|/health"}[5m])) / sum(rate(spacetime_http_requests_total[5m]))';

export const errorRate = check({
  suite: "health",
  group,
  name: "error-rate",
  title: "The share of failed requests is within its target.",
  findings: ["within-target"],
  async run(context) {
    const { prometheus } = context;
    const hidden = prometheus === undefined ? unscraped(context) : undefined;
    if (hidden !== undefined) return { findings: { "within-target": notApplicable(hidden) } };
    const share =
      prometheus === undefined
        ? sinceStart(await context.metrics("fresh"))
        : largest(await query(prometheus, FAILED));
    return {
      findings: {
        "within-target": demand(share !== undefined && share <= MOST_ERRORS, {
          reason: "Too many requests fail, or nobody counts them.",
          expected: `${MOST_ERRORS * 100} % at most`,
          seen: share === undefined ? "no count" : `${Math.round(share * 1e4) / 100} %`,
          remedy: "Read the server's log: each failed request has its reason there.",
        }),
      },
      ...(share === undefined ? {} : { measured: { failed_percent: Math.round(share * 1e4) / 100 } }),
    };
  },
});

function sinceStart(metrics: Metrics): number | undefined {
  const all = metrics.sum("spacetime_http_requests_total");
  const failed = metrics.sum(
    "spacetime_http_requests_total",
    ({ status = "", route = "" }) => status.startsWith("5") && route !== "/ready" && route !== "/health",
  );
  return all === undefined || all === 0 ? undefined : (failed ?? 0) / all;
}
