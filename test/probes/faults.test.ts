import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { SUITES, type SuiteName } from "../../probes/check.ts";
import { reportPage } from "../../probes/html.ts";
import { type SuiteReport, suiteReportSchema } from "../../probes/report.ts";
import { runSuite } from "../../probes/run.ts";
import { SUITE_CHECKS } from "../../probes/suites.ts";
import type { Target } from "../../probes/target.ts";
import { reportText } from "../../probes/text.ts";
import { FAULTS, type Fault } from "../../reference-server/faults.ts";
import { API_TOKEN, SCRAPE_TOKEN, SIGNING_KEY } from "../reference-server/support/server.ts";
import { freePort } from "../support/ports.ts";
import { contextOf, startWorld, type World } from "./support/world.ts";

const NAMES = Object.keys(FAULTS) as Fault[];

let sound: World;
/** A world for each fault, all of them there at once. */
const broken = new Map<Fault, World>();

beforeAll(async () => {
  const [first, ...worlds] = await Promise.all([startWorld(), ...NAMES.map((fault) => startWorld([fault]))]);
  sound = first;
  for (const [number, world] of worlds.entries()) broken.set(NAMES[number] as Fault, world);
});
afterAll(() => Promise.all([sound, ...broken.values()].map((world) => world.stop())));

function targetWith(fault: Fault): Target {
  const world = broken.get(fault);
  if (world === undefined) throw new Error(`There is no world with ${fault}.`);
  return world.target;
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

/** What the suites that have a check in charge of the fault say of a server with it. */
async function reportsOf(fault: Fault): Promise<readonly SuiteReport[]> {
  const suites = [...new Set(IN_CHARGE[fault].map((id) => id.split("/")[0] as SuiteName))];
  // Everything is slow then, so only those in charge are asked.
  const isMeant = (id: string): boolean =>
    fault !== "slow-answers" || IN_CHARGE[fault].some((one) => one === id);
  return Promise.all(
    suites.map((suite) => {
      const checks = SUITE_CHECKS[suite].filter(({ name }) => isMeant(`${suite}/${name}`));
      return runSuite(suite, targetWith(fault), { checks });
    }),
  );
}

describe("a broken server is not called good by the checks in charge", () => {
  let asked: ReadonlyMap<Fault, Promise<readonly SuiteReport[]>>;

  // Mostly waiting, so all of them are asked at once; a question that breaks fails the test of its fault.
  beforeAll(async () => {
    asked = new Map(NAMES.map((fault) => [fault, reportsOf(fault)]));
    await Promise.allSettled(asked.values());
  }, 120_000);

  test.each(NAMES)("%s", async (fault) => {
    const reports = (await asked.get(fault)) ?? [];
    expect(reports.flatMap(failed)).toEqual(expect.arrayContaining([...IN_CHARGE[fault]]));
    expect(reports.map(({ verdict }) => verdict)).not.toContain("successful");
    expect(everythingSaid(reports)).not.toMatch(PLANTED);
  });
});

/** No output of any kind may hold one of these, or a token that the server minted. */
const PLANTED = new RegExp([API_TOKEN, SCRAPE_TOKEN, SIGNING_KEY, "eyJ[A-Za-z0-9_-]{8,}\\."].join("|"));

function everythingSaid(reports: readonly SuiteReport[]): string {
  return reports
    .flatMap((report) => [JSON.stringify(report), reportText(report), reportPage(report, [report])])
    .join("\n");
}

test("a healthy server passes all suites, twice in a row, and nothing is left behind", async () => {
  const { target } = sound;
  // Side by side, as several people ask: nothing of one run may be in another one's way.
  const round = () => Promise.all(SUITES.map((suite) => runSuite(suite, target)));
  const reports = [...(await round()), ...(await round())];
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

const pretenders: Server[] = [];
afterEach(() => {
  for (const server of pretenders.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** The sound world's target, led to a server that answers every path with this. */
async function pretender(body: object): Promise<Target> {
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader("Content-Type", "application/json").end(JSON.stringify(body));
  });
  pretenders.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return elsewhere(url);
}

function elsewhere(url: string): Target {
  const { local: _local, ...rest } = sound.target;
  return { ...rest, url, serverUrl: url, telemetryUrl: `${url.replace("http", "ws")}/telemetry` };
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
  const report = await runSuite("verify", await pretender(SEEDS));
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
  const fake = await pretender({ status: `\u001b[31mred\u202e<script>${padding}${API_TOKEN}` });
  const report = await runSuite("verify", fake);
  const page = reportPage(report);
  for (const steering of ["\u001b", "\u202e"]) {
    expect(reportText(report)).not.toContain(steering);
    expect(page).not.toContain(steering);
  }
  expect(page).not.toContain("<script");
  expect(`${reportText(report)}${page}${JSON.stringify(report)}`).not.toContain(API_TOKEN.slice(0, 8));
});

test("where nothing listens every question fails with what to do, and none hangs", async () => {
  const nowhere = elsewhere(`https://127.0.0.1:${await freePort()}`);
  const report = await runSuite("verify", nowhere, { timeoutMs: 20_000 });
  expect(report).toMatchObject({ verdict: "failed", passed: 0 });
  const reasons = report.checks.map(({ verdict }) => (verdict.outcome === "fail" ? verdict.remedy : ""));
  expect(reasons.every((remedy) => remedy !== "")).toBe(true);
});

test("a run that is given no time ends with every check failed", async () => {
  const report = await runSuite("smoke", targetWith("slow-answers"), { timeoutMs: 300 });
  expect(report.verdict).toBe("failed");
  expect(report.checks).toHaveLength(10);
});

test("a caller who lets go ends the run, and is told of each check", async () => {
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

test("nothing is begun for a caller who has let go already", async () => {
  let begun = 0;
  const checks = SUITE_CHECKS.features.map((check) => ({
    ...check,
    run: async () => {
      begun += 1;
      return { findings: {} };
    },
  }));
  const report = await runSuite("features", sound.target, { signal: AbortSignal.abort(), checks });
  expect([begun, report.verdict, report.failed]).toEqual([0, "failed", 8]);
});
