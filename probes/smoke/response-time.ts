import { defineCheck, passIf } from "../check.ts";

/** Sequential requests; enough that the 95th percentile is not simply the slowest one. */
const REQUEST_COUNT = 24;

export const responseTime = defineCheck({
  suite: "smoke",
  name: "response-time",
  title: "The p95 API latency is within its target.",
  findings: ["percentile"],
  async run({ http, target }) {
    const times: number[] = [];
    for (let index = 0; index < REQUEST_COUNT; index += 1) {
      const { ms } = await http(index % 4 === 3 ? "/status" : "/health", { retry: false });
      times.push(ms);
      // The 95th percentile is already exceeded, whatever the remaining latencies are.
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
