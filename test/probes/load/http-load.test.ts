import { describe, expect, test } from "@jest/globals";
import { renderLoadHtml } from "../../../probes/load/html-report.ts";
import { loadReportSchema } from "../../../probes/load/load-report.ts";
import { renderLoadText } from "../../../probes/load/text-report.ts";
import { freePort } from "../../support/ports.ts";
import { createTarget, runShortLoad, startHttpServer } from "./load-helpers.ts";

const TOKEN = "planted-load-token-0123456789abcdef0123456789";

describe("a load test reports the target's behaviour", () => {
  test("a target that answers every request passes", async () => {
    const url = await startHttpServer((_request, response) => response.end("{}"));
    const report = await runShortLoad(createTarget(url));
    expect(report.findings.filter(({ tone }) => tone === "bad")).toEqual([]);
    expect(report.http).toMatchObject({ sent: 20, answered: 20, statuses: { 200: 20 }, unanswered: {} });
    expect(report.http?.latencyMs?.count).toBe(20);
  });

  test("a target that limits with Retry-After passes, and the clients wait for that time", async () => {
    const url = await startHttpServer((_request, response) =>
      response.writeHead(429, { "Retry-After": "60" }).end(),
    );
    const report = await runShortLoad(createTarget(url));
    expect(report.http?.rateLimited).toMatchObject({ refused: report.http?.sent, withoutRetryAfter: 0 });
    expect(report.http?.rateLimited.longestRetryAfter).toBe(60);
    // Four clients, each rejected at least once; all other requests were delayed.
    expect(report.http?.sent).toBeLessThan(20);
    expect((report.http?.sent ?? 0) + (report.http?.rateLimited.heldBack ?? 0)).toBe(20);
    expect(report.verdict).not.toBe("bad");
  });

  test("a 429 without Retry-After fails", async () => {
    const url = await startHttpServer((_request, response) => response.writeHead(429).end());
    const report = await runShortLoad(createTarget(url));
    expect(report.http?.rateLimited.withoutRetryAfter).toBe(20);
    expect(report.verdict).toBe("bad");
    expect(report.findings.map(({ text }) => text)).toContainEqual(expect.stringContaining("no Retry-After"));
  });

  test("a target that rejects a request after its Retry-After fails", async () => {
    const url = await startHttpServer((_request, response) =>
      response.writeHead(429, { "Retry-After": "0" }).end(),
    );
    const report = await runShortLoad(createTarget(url));
    expect(report.http?.rateLimited.refusedAfterwards).toBeGreaterThan(0);
    expect(report.verdict).toBe("bad");
  });

  test("failures are reported by status", async () => {
    const url = await startHttpServer((_request, response) => response.writeHead(500).end());
    const report = await runShortLoad(createTarget(url));
    expect(report.verdict).toBe("bad");
    expect(report.findings[0]?.text).toBe("20 of 20 requests failed: 20 × 500.");
    expect(report.http?.latencyMs).toBeUndefined();
  });

  test("dropped connections are reported", async () => {
    const url = await startHttpServer((request) => request.socket.destroy());
    const report = await runShortLoad(createTarget(url));
    expect(report.verdict).toBe("bad");
    expect(report.http?.unanswered).toEqual({ ECONNRESET: 20 });
    expect(report.http?.answered).toBe(0);
  });

  test("a target that is down is reported", async () => {
    const report = await runShortLoad(createTarget(`http://127.0.0.1:${await freePort()}`));
    expect(report.http?.unanswered).toEqual({ ECONNREFUSED: 20 });
    expect(report.verdict).toBe("bad");
  });

  test("a stall is counted for every request that was due during it", async () => {
    let stall = true;
    const url = await startHttpServer((_request, response) => {
      const ms = stall ? 400 : 0;
      stall = false;
      setTimeout(() => response.end("{}"), ms);
    });
    const report = await runShortLoad(createTarget(url), {
      profile: { seconds: 0.5, rate: 40, connections: 1 },
    });
    // 400 ms at 40 requests per second: a closed loop would have measured one slow response instead of about sixteen.
    expect(report.http?.latencyMs?.p50).toBeGreaterThan(50);
  });

  test("a target that never answers is reported after the timeout", async () => {
    const url = await startHttpServer(() => undefined);
    const report = await runShortLoad(createTarget(url), { profile: { rate: 16 }, responseTimeoutMs: 100 });
    expect(report.http?.unanswered).toEqual({ TIMEOUT: 4 });
    expect(report.verdict).toBe("bad");
  });

  test("an interruption ends the load immediately and still produces a report", async () => {
    const controller = new AbortController();
    const url = await startHttpServer(() => controller.abort());
    const report = await runShortLoad(createTarget(url), {
      profile: { seconds: 60 },
      signal: controller.signal,
    });
    expect(report.interrupted).toBe(true);
    expect(report.seconds).toBeLessThan(30);
    expect(renderLoadText(report)).toContain("interrupted");
  });

  test("an exceeded p99 limit fails the load and is reported with both numbers", async () => {
    const url = await startHttpServer((_request, response) => setTimeout(() => response.end("{}"), 20));
    const report = await runShortLoad(createTarget(url), { thresholds: { p99Ms: 1 } });
    expect(report.findings).toContainEqual({
      tone: "bad",
      text: expect.stringMatching(/^p99 is .* the limit is 1 ms/),
    });
  });

  test("each simulated client has its own rate-limit bucket", async () => {
    const buckets = new Set<string>();
    const url = await startHttpServer((request, response) => {
      buckets.add(String(request.headers["x-rate-limit-bucket"]));
      response.end("{}");
    });
    await runShortLoad(createTarget(url, undefined, TOKEN));
    expect(buckets.size).toBe(4);
    for (const bucket of buckets) expect(bucket).toMatch(/^load-[0-9a-f]{8}-[0-3]$/);
  });

  test("no token is in the report, its page or its text, even if the target echoes it", async () => {
    let sent = "";
    const url = await startHttpServer((request, response) => {
      sent = request.headers.authorization ?? "";
      response.writeHead(500, { "X-Quoted": sent }).end(sent);
    });
    const report = await runShortLoad(createTarget(url, undefined, TOKEN), { through: `: ${TOKEN}` });
    expect(sent).toBe(`Bearer ${TOKEN}`);
    expect(loadReportSchema.parse(report)).toEqual(report);
    for (const text of [JSON.stringify(report), renderLoadHtml(report), renderLoadText(report)]) {
      expect(text).not.toContain(TOKEN);
    }
  });
});
