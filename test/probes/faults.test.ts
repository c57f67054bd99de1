import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { SUITES, type SuiteName } from "../../probes/check.ts";
import { reportPage } from "../../probes/html.ts";
import { type SuiteReport, suiteReportSchema } from "../../probes/report.ts";
import { runSuite } from "../../probes/run.ts";
import { SUITE_CHECKS } from "../../probes/suites.ts";
import type { Target } from "../../probes/target.ts";
import { reportText } from "../../probes/text.ts";
import { FAULTS, type Fault } from "../../reference-server/faults.ts";
import { API_TOKEN, SCRAPE_TOKEN, SIGNING_KEY } from "../reference-server/support/server.ts";
import { contextOf, startWorld, type World } from "./support/world.ts";

const running: { stop: () => Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

async function start(faults: readonly Fault[] = []): Promise<World> {
  const world = await startWorld(faults);
  running.push(world);
  return world;
}

/** The checks in charge of each fault; others may see it, too. */
const IN_CHARGE: Readonly<Record<Fault, readonly `${SuiteName}/${string}`[]>> = {
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

const failed = ({ checks }: SuiteReport): readonly string[] =>
  checks.filter(({ verdict }) => verdict.outcome === "fail").map(({ id }) => id);

test.each(Object.keys(FAULTS) as Fault[])(
  "a server with %s is not called good by the checks in charge",
  async (fault) => {
    const { target } = await start([fault]);
    const suites = [...new Set(IN_CHARGE[fault].map((id) => id.split("/")[0] as SuiteName))];
    const reports: SuiteReport[] = [];
    // Everything is slow then, so only those in charge are asked.
    const isMeant = (id: string): boolean =>
      fault !== "slow-answers" || IN_CHARGE[fault].some((one) => one === id);
    for (const suite of suites) {
      const checks = SUITE_CHECKS[suite].filter(({ name }) => isMeant(`${suite}/${name}`));
      reports.push(await runSuite(suite, target, { checks }));
    }
    expect(reports.flatMap(failed)).toEqual(expect.arrayContaining([...IN_CHARGE[fault]]));
    expect(reports.map(({ verdict }) => verdict)).not.toContain("successful");
    expect(everythingSaid(reports)).not.toMatch(PLANTED);
  },
);

/** No output of any kind may hold one of these, or a token that the server minted. */
const PLANTED = new RegExp([API_TOKEN, SCRAPE_TOKEN, SIGNING_KEY, "eyJ[A-Za-z0-9_-]{8,}\\."].join("|"));

function everythingSaid(reports: readonly SuiteReport[]): string {
  return reports
    .flatMap((report) => [JSON.stringify(report), reportText(report), reportPage(report, [report])])
    .join("\n");
}

test("a healthy server passes all suites, twice in a row, and nothing is left behind", async () => {
  const { target } = await start();
  const reports: SuiteReport[] = [];
  for (const suite of [...SUITES, ...SUITES]) reports.push(await runSuite(suite, target));
  expect(reports.flatMap(({ checks }) => checks.filter(({ verdict }) => verdict.outcome === "fail"))).toEqual(
    [],
  );
  expect(reports.map((report) => suiteReportSchema.parse(report))).toEqual(reports);
  expect(everythingSaid(reports)).not.toMatch(PLANTED);
  const { context, close } = contextOf(target);
  const [players, world] = await Promise.all([context.http("/players"), context.http("/world")]);
  expect([players.json, world.json]).toMatchObject([{ players: [] }, { objects: 0 }]);
  close();
}, 120_000);

/** Answers every path with what the seeds expect of one of them. */
function staticServer(body: object): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader("Content-Type", "application/json").end(JSON.stringify(body));
  });
  running.push({
    stop: async () => {
      server.closeAllConnections();
      server.close();
    },
  });
  const { promise, resolve } = Promise.withResolvers<{ readonly server: Server; readonly url: string }>();
  server.listen(0, "127.0.0.1", () => {
    resolve({ server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  });
  return promise;
}

const SEEDS = {
  status: "ok",
  environment: "local",
  http_api: "active",
  scene: "res://vr_main.tscn",
  current_scene: "res://vr_main.tscn",
  loaded: true,
  fps: 90,
};

test("a web server that knows the answers by heart fails the verification", async () => {
  const { url } = await staticServer(SEEDS);
  const { target } = await start();
  const { local: _local, ...rest } = target;
  const fake: Target = {
    ...rest,
    url,
    serverUrl: url,
    telemetryUrl: `${url.replace("http", "ws")}/telemetry`,
  };
  const report = await runSuite("verify", fake);
  expect(report.verdict).toBe("failed");
  expect(failed(report)).toEqual(
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

test("what a server says neither steers the terminal, nor stands on the page as markup, nor gives a token away", async () => {
  const padding = "x".repeat(140);
  const { url } = await staticServer({ status: `\u001b[31mred\u202e<script>${padding}${API_TOKEN}` });
  const { target } = await start();
  const { local: _local, ...rest } = target;
  const report = await runSuite("verify", {
    ...rest,
    url,
    serverUrl: url,
    telemetryUrl: url.replace("http", "ws"),
  });
  const page = reportPage(report);
  for (const steering of ["\u001b", "\u202e"]) {
    expect(reportText(report)).not.toContain(steering);
    expect(page).not.toContain(steering);
  }
  expect(page).not.toContain("<script");
  expect(`${reportText(report)}${page}${JSON.stringify(report)}`).not.toContain(API_TOKEN.slice(0, 8));
});

test("where nothing listens every question fails with what to do, and none hangs", async () => {
  const { target, server } = await start();
  await server.stop();
  const { local: _local, ...rest } = target;
  const report = await runSuite("verify", rest, { timeoutMs: 20_000 });
  expect(report).toMatchObject({ verdict: "failed", passed: 0 });
  const reasons = report.checks.map(({ verdict }) => (verdict.outcome === "fail" ? verdict.remedy : ""));
  expect(reasons.every((remedy) => remedy !== "")).toBe(true);
});

test("a run that is given no time ends with every check failed", async () => {
  const { target } = await start(["slow-answers"]);
  const report = await runSuite("smoke", target, { timeoutMs: 300 });
  expect(report.verdict).toBe("failed");
  expect(report.checks).toHaveLength(10);
});

test("a caller who lets go ends the run, and is told of each check", async () => {
  const { target } = await start(["slow-answers"]);
  const told: string[] = [];
  const stopped = new AbortController();
  const running = runSuite("features", target, {
    signal: stopped.signal,
    onCheck: ({ name }) => told.push(name),
  });
  stopped.abort();
  expect((await running).verdict).toBe("failed");
  expect(told).toHaveLength(8);
});
