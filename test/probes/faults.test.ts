import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { SUITES, type SuiteName } from "../../probes/check.ts";
import { renderHtmlReport } from "../../probes/report/html-report.ts";
import { type SuiteReport, suiteReportSchema } from "../../probes/report/suite-report.ts";
import { renderTextReport } from "../../probes/report/text-report.ts";
import { runSuite } from "../../probes/run-suite.ts";
import { SUITE_CHECKS } from "../../probes/suites.ts";
import type { Target } from "../../probes/target/target.ts";
import { FAULTS, type Fault } from "../../reference-server/faults.ts";
import { API_TOKEN, SCRAPE_TOKEN, SIGNING_KEY } from "../reference-server/support/test-server.ts";
import { freePort } from "../support/ports.ts";
import { openTestContext, startTestDeployment, type TestDeployment } from "./support/test-deployment.ts";

const FAULT_NAMES = Object.keys(FAULTS) as Fault[];

let healthyDeployment: TestDeployment;
/** A test deployment for each fault, all running at the same time. */
const faultyDeployments = new Map<Fault, TestDeployment>();

beforeAll(async () => {
  const [first, ...worlds] = await Promise.all([
    startTestDeployment(),
    ...FAULT_NAMES.map((fault) => startTestDeployment([fault])),
  ]);
  healthyDeployment = first;
  for (const [number, world] of worlds.entries()) faultyDeployments.set(FAULT_NAMES[number] as Fault, world);
});
afterAll(() => Promise.all([healthyDeployment, ...faultyDeployments.values()].map((world) => world.stop())));

function targetWith(fault: Fault): Target {
  const world = faultyDeployments.get(fault);
  if (world === undefined) throw new Error(`There is no world with ${fault}.`);
  return world.target;
}

/** The responsible checks of each fault; other checks may detect it as well. */
const DETECTING_CHECKS: Readonly<Record<Fault, readonly `${SuiteName}/${string}`[]>> = {
  "no-auth": ["verify/authentication", "smoke/authentication", "features/access-control"],
  "no-rate-limit": ["verify/rate-limiting", "smoke/rate-limiting"],
  "whitelist-off": ["verify/scene-whitelist"],
  "wrong-scene": ["verify/scene-loaded"],
  "slow-answers": ["smoke/response-time"],
  "server-errors": ["verify/api-health", "smoke/health-endpoint", "health/readiness", "features/http-api"],
  "expired-certificate": ["smoke/tls-certificate", "health/certificate-lifetime"],
  "metrics-missing": ["smoke/metrics-endpoint", "health/scrape-targets"],
  "websocket-refused": ["verify/telemetry-websocket", "smoke/websocket", "features/telemetry-stream"],
  "debug-port-open": ["smoke/debug-adapter-closed", "smoke/language-server-closed"],
};

const failedCheckIds = ({ checks }: SuiteReport): readonly string[] =>
  checks.filter(({ verdict }) => verdict.outcome === "fail").map(({ id }) => id);

/** Runs the suites that have a responsible check for the fault. */
async function runDetectingSuites(fault: Fault): Promise<readonly SuiteReport[]> {
  const suites = [...new Set(DETECTING_CHECKS[fault].map((id) => id.split("/")[0] as SuiteName))];
  // With this fault everything is slow, so only the responsible checks run.
  const isMeant = (id: string): boolean =>
    fault !== "slow-answers" || DETECTING_CHECKS[fault].some((one) => one === id);
  return Promise.all(
    suites.map((suite) => {
      const checks = SUITE_CHECKS[suite].filter(({ name }) => isMeant(`${suite}/${name}`));
      return runSuite(suite, targetWith(fault), { checks });
    }),
  );
}

describe("a server with a fault fails the responsible checks", () => {
  let asked: ReadonlyMap<Fault, Promise<readonly SuiteReport[]>>;

  // The suites mostly wait, so they run concurrently; an error fails the test of its fault.
  beforeAll(async () => {
    asked = new Map(FAULT_NAMES.map((fault) => [fault, runDetectingSuites(fault)]));
    await Promise.allSettled(asked.values());
  }, 120_000);

  test.each(FAULT_NAMES)("%s", async (fault) => {
    const reports = (await asked.get(fault)) ?? [];
    expect(reports.flatMap(failedCheckIds)).toEqual(expect.arrayContaining([...DETECTING_CHECKS[fault]]));
    expect(reports.map(({ verdict }) => verdict)).not.toContain("successful");
    expect(allReportText(reports)).not.toMatch(SECRET_PATTERN);
  });
});

/** No output may contain one of these, or a token that the server issued. */
const SECRET_PATTERN = new RegExp(
  [API_TOKEN, SCRAPE_TOKEN, SIGNING_KEY, "eyJ[A-Za-z0-9_-]{8,}\\."].join("|"),
);

function allReportText(reports: readonly SuiteReport[]): string {
  return reports
    .flatMap((report) => [
      JSON.stringify(report),
      renderTextReport(report),
      renderHtmlReport(report, [report]),
    ])
    .join("\n");
}

test("a healthy server passes all suites twice, also concurrently, and the suites leave no data", async () => {
  const { target } = healthyDeployment;
  // Concurrently, because several operators may run suites at the same time without affecting each other.
  // The security suite runs alone: its hostile bodies occupy the server, which shares the process of this test.
  const others = SUITES.filter((suite) => suite !== "security");
  const round = async () => [
    ...(await Promise.all(others.map((suite) => runSuite(suite, target)))),
    await runSuite("security", target),
  ];
  const bothRounds = async () => [...(await round()), ...(await round())];
  const failed = (reports: Awaited<ReturnType<typeof bothRounds>>) =>
    reports.flatMap(({ checks }) => checks.filter(({ verdict }) => verdict.outcome === "fail"));
  let reports = await bothRounds();
  // A busy machine can miss the frame rate and response times for a while.
  for (let turn = 0; turn < 5 && failed(reports).length > 0; turn += 1) reports = await bothRounds();
  expect(failed(reports)).toEqual([]);
  expect(reports.map((report) => suiteReportSchema.parse(report))).toEqual(reports);
  expect(allReportText(reports)).not.toMatch(SECRET_PATTERN);
  const { context, close } = openTestContext(target);
  const [players, world] = await Promise.all([context.http("/players"), context.http("/world")]);
  expect([players.json, world.json]).toMatchObject([{ players: [] }, { objects: 0 }]);
  close();
}, 300_000);

const fakeServers: Server[] = [];
afterEach(() => {
  for (const server of fakeServers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** The target of the healthy deployment, redirected to a server that answers every path with this body. */
async function startFakeServer(body: object): Promise<Target> {
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader("Content-Type", "application/json").end(JSON.stringify(body));
  });
  fakeServers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return targetAtUrl(url);
}

function targetAtUrl(url: string): Target {
  const { local: _local, ...rest } = healthyDeployment.target;
  return { ...rest, url, serverUrl: url, telemetryUrl: `${url.replace("http", "ws")}/telemetry` };
}

const PLAUSIBLE_BODY = {
  status: "ok",
  environment: "local",
  http_api: "active",
  scene: "res://vr_main.tscn",
  current_scene: "res://vr_main.tscn",
  loaded: true,
  fps: 90,
};

test("a web server with plausible static answers fails the verification", async () => {
  const report = await runSuite("verify", await startFakeServer(PLAUSIBLE_BODY));
  expect(report.verdict).toBe("failed");
  expect(failedCheckIds(report)).toEqual(
    expect.arrayContaining([
      "verify/instances-running",
      "verify/telemetry-websocket",
      "verify/authentication",
      "verify/rate-limiting",
      "verify/scene-whitelist",
      "verify/performance-metrics",
    ]),
  );
});

test("output of a server is escaped in the terminal and on the page, and tokens are masked", async () => {
  const padding = "x".repeat(140);
  const fake = await startFakeServer({ status: `\u001b[31mred\u202e<script>${padding}${API_TOKEN}` });
  const report = await runSuite("verify", fake);
  const page = renderHtmlReport(report);
  for (const steering of ["\u001b", "\u202e"]) {
    expect(renderTextReport(report)).not.toContain(steering);
    expect(page).not.toContain(steering);
  }
  expect(page).not.toContain("<script");
  expect(`${renderTextReport(report)}${page}${JSON.stringify(report)}`).not.toContain(API_TOKEN.slice(0, 8));
});

test("without a listener every check fails with a remedy, and none hangs", async () => {
  const nowhere = targetAtUrl(`https://127.0.0.1:${await freePort()}`);
  const report = await runSuite("verify", nowhere, { timeoutMs: 20_000 });
  expect(report).toMatchObject({ verdict: "failed", passed: 0 });
  const reasons = report.checks.map(({ verdict }) => (verdict.outcome === "fail" ? verdict.remedy : ""));
  expect(reasons.every((remedy) => remedy !== "")).toBe(true);
});

test("a run that exceeds its timeout ends with every check failed", async () => {
  const report = await runSuite("smoke", targetWith("slow-answers"), { timeoutMs: 300 });
  expect(report.verdict).toBe("failed");
  expect(report.checks).toHaveLength(10);
});

test("an aborted run ends, and each check is reported", async () => {
  const told: string[] = [];
  const stopped = new AbortController();
  const running = runSuite("features", targetWith("slow-answers"), {
    signal: stopped.signal,
    onCheck: ({ name }) => told.push(name),
  });
  stopped.abort();
  expect((await running).verdict).toBe("failed");
  expect(told).toHaveLength(8);
});

test("a run that is aborted before it starts runs no check", async () => {
  let begun = 0;
  const checks = SUITE_CHECKS.features.map((check) => ({
    ...check,
    run: async () => {
      begun += 1;
      return { findings: {} };
    },
  }));
  const report = await runSuite("features", healthyDeployment.target, {
    signal: AbortSignal.abort(),
    checks,
  });
  expect([begun, report.verdict, report.failed]).toEqual([0, "failed", 8]);
});
