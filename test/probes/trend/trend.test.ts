import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Check, CheckResult } from "../../../probes/check.ts";
import type { CheckContext } from "../../../probes/check-context.ts";
import { createMonitoringClient } from "../../../probes/sources/monitoring-client.ts";
import { defaultExpectations } from "../../../probes/target/expectations.ts";
import { TREND } from "../../../probes/trend/index.ts";
import { eventually, freePort } from "../../support/ports.ts";
import { describeWithTools, findTool } from "../../support/tools.ts";

const HOURS = 25;
const STEP_SECONDS = 60;

/** A series as a function of the seconds since its start. */
type Series = (seconds: number) => number;

const server = '{job="game-server",pod="a"}';
const route = 'job="game-server",pod="a",route="/scene"';
const constant =
  (value: number): Series =>
  () =>
    value;
const rate =
  (perSecond: number): Series =>
  (seconds) =>
    Math.round(seconds * perSecond);
const last =
  (spoiled: Series, before: Series, hours: number): Series =>
  (seconds) =>
    seconds > (HOURS - hours) * 3600 ? spoiled(seconds) : before(seconds);

/** A healthy day. */
const HEALTHY: Readonly<Record<string, Series>> = {
  [`up${server}`]: constant(1),
  'probe_success{job="blackbox",probe="public-http"}': constant(1),
  [`spacetime_frame_rate_hertz${server}`]: constant(90),
  [`spacetime_memory_resident_bytes${server}`]: constant(250e6),
  [`spacetime_http_requests_total{${route},status="200"}`]: rate(2),
  [`spacetime_http_requests_total{${route},status="500"}`]: constant(0),
  [`spacetime_http_request_duration_seconds_bucket{${route},le="0.1"}`]: rate(2),
  [`spacetime_http_request_duration_seconds_bucket{${route},le="0.5"}`]: rate(2),
  [`spacetime_http_request_duration_seconds_bucket{${route},le="+Inf"}`]: rate(2),
  'kube_pod_container_status_restarts_total{namespace="spacetime",pod="a"}': constant(0),
  'spacetime_sessions_total{job="game-server",pod="a",event="idle"}': constant(3),
  'spacetime_log_lines_total{job="game-server",pod="a",level="error"}': constant(3),
  'spacetime_log_lines_total{job="game-server",pod="a",level="warning"}': constant(3),
  'spacetime_auth_failures_total{job="game-server",pod="a",reason="invalid"}': rate(0.01),
  'spacetime_rate_limited_total{job="game-server",pod="a",class="global"}': rate(0.1),
  'spacetime_rate_limited_total{job="game-server",pod="a",class="status"}': constant(3),
};

/** A day with a fault for each finding. */
const FAULTY: Readonly<Record<string, Series>> = {
  ...HEALTHY,
  'probe_success{job="blackbox",probe="public-http"}': last(constant(0), constant(1), 0.5),
  [`spacetime_frame_rate_hertz${server}`]: last(
    (seconds) => 90 - (seconds - 21 * 3600) / 1800,
    constant(90),
    4,
  ),
  [`spacetime_memory_resident_bytes${server}`]: last(
    (seconds) => 250e6 + (seconds - 21 * 3600) * 20_000,
    constant(250e6),
    4,
  ),
  [`spacetime_http_requests_total{${route},status="500"}`]: rate(10),
  [`spacetime_http_request_duration_seconds_bucket{${route},le="0.1"}`]: rate(0.1),
  'kube_pod_container_status_restarts_total{namespace="spacetime",pod="a"}': last(
    constant(2),
    constant(0),
    3,
  ),
  'spacetime_sessions_total{job="game-server",pod="a",event="idle"}': last(constant(9), constant(3), 0.5),
  'spacetime_log_lines_total{job="game-server",pod="a",level="error"}': last(constant(9), constant(3), 0.5),
  'spacetime_log_lines_total{job="game-server",pod="a",level="warning"}': last(constant(9), constant(3), 0.5),
  'spacetime_auth_failures_total{job="game-server",pod="a",reason="invalid"}': rate(2),
  [`spacetime_http_requests_total{${route},status="200"}`]: rate(60),
  // No request to /status was counted, but some were rejected.
  'spacetime_http_requests_total{job="game-server",pod="a",route="/status",status="429"}': constant(3),
  'spacetime_rate_limited_total{job="game-server",pod="a",class="status"}': last(rate(0.1), constant(0), 1),
};

/** What the checks read besides Prometheus. */
const SOURCES = {
  target: { expected: defaultExpectations() },
  testedRequestsPerSecond: 50,
} as unknown as CheckContext;

/** The series in OpenMetrics format, up to now; the server started at `startedHoursAgo`. */
function openMetrics(series: Readonly<Record<string, Series>>, end: number, startedHoursAgo: number): string {
  const start = end - HOURS * 3600;
  const all = {
    ...series,
    [`spacetime_start_time_seconds${server}`]: constant(end - startedHoursAgo * 3600),
  };
  const lines = Object.entries(all).flatMap(([name, valueAt]) =>
    Array.from({ length: (HOURS * 3600) / STEP_SECONDS + 1 }, (_, index) => {
      const seconds = index * STEP_SECONDS;
      return `${name} ${valueAt(seconds)} ${start + seconds}`;
    }),
  );
  return `${lines.join("\n")}\n# EOF\n`;
}

describeWithTools(["prometheus", "promtool"], "trends over a real Prometheus", () => {
  const children: ChildProcess[] = [];
  const directory = mkdtempSync(join(tmpdir(), "trend-"));
  let healthy: CheckContext;
  let faulty: CheckContext;
  let young: CheckContext;

  async function startPrometheus(
    name: string,
    series: Readonly<Record<string, Series>>,
    startedHoursAgo: number,
  ) {
    const [file, data, config] = ["txt", "data", "yml"].map((suffix) => join(directory, `${name}.${suffix}`));
    if (file === undefined || data === undefined || config === undefined) throw new Error("no file names");
    writeFileSync(file, openMetrics(series, Math.floor(Date.now() / 1000), startedHoursAgo));
    writeFileSync(config, "global: {}\n");
    execFileSync(
      findTool("promtool") ?? "promtool",
      ["tsdb", "create-blocks-from", "openmetrics", file, data],
      { stdio: "ignore" },
    );
    const port = await freePort();
    const arguments_ = [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ];
    children.push(spawn(findTool("prometheus") ?? "prometheus", arguments_, { stdio: "ignore" }));
    const url = `http://127.0.0.1:${port}`;
    await eventually(`Prometheus ${name}`, 60, async () => {
      const response = await fetch(`${url}/-/ready`).catch(() => undefined);
      return response?.ok === true ? true : undefined;
    });
    const prometheus = createMonitoringClient(
      { url },
      {
        signal: new AbortController().signal,
        timeoutMs: 30_000,
      },
    );
    return { ...SOURCES, prometheus };
  }

  beforeAll(async () => {
    [healthy, faulty, young] = await Promise.all([
      startPrometheus("healthy", HEALTHY, 30),
      startPrometheus("faulty", FAULTY, 30),
      startPrometheus("young", HEALTHY, 0.5),
    ]);
  }, 120_000);
  afterAll(() => {
    for (const child of children) child.kill("SIGKILL");
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  });

  const outcomes = ({ findings }: CheckResult): string[] =>
    Object.entries(findings).map(([finding, { outcome }]) => `${finding} ${outcome}`);
  const named = TREND.map((check): readonly [string, Check] => [check.name, check]);

  test.each(named)("%s passes on a healthy day", async (_, check) => {
    expect(outcomes(await check.run(healthy))).toEqual(check.findings.map((finding) => `${finding} pass`));
  });

  test.each(named)("%s fails on a day with its fault", async (_, check) => {
    expect(outcomes(await check.run(faulty))).toEqual(check.findings.map((finding) => `${finding} fail`));
  });

  test.each(named)("%s judges nothing before the deployment is old enough", async (_, check) => {
    const { findings } = await check.run(young);
    expect(Object.values(findings).map(({ outcome }) => outcome)).toEqual(
      check.findings.map(() => "not-applicable"),
    );
  });

  test("requests are not judged without a load test", async () => {
    const requests = TREND.find(({ name }) => name === "requests");
    const { testedRequestsPerSecond: _, ...untested } = healthy;
    expect((await requests?.run(untested))?.findings).toEqual({
      "24h": { outcome: "not-applicable", reason: expect.stringContaining("load test") },
    });
  });

  test.each(named)("%s judges nothing without Prometheus, and without samples", async (_, check) => {
    const without = await check.run({} as CheckContext);
    const empty = await check.run({
      ...SOURCES,
      prometheus: async () => ({ data: { result: [] } }),
    });
    for (const { findings } of [without, empty])
      expect(Object.values(findings).map(({ outcome }) => outcome)).toEqual(
        check.findings.map(() => "not-applicable"),
      );
  });
});
