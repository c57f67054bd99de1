import { describe, expect, test } from "@jest/globals";
import { evaluateLoad } from "../../../probes/load/evaluate-load.ts";
import { openSessionPool, type SessionPool } from "../../../probes/load/session-pool.ts";
import type { Target } from "../../../probes/target/target.ts";
import { API_TOKEN, startTestServer, type TestServer } from "../../reference-server/support/test-server.ts";
import { eventually } from "../../support/ports.ts";
import { createTarget, runShortLoad } from "./load-helpers.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

const CLIENTS = 4;
const BUDGET_MS = 10_000;

interface ProxiedServer {
  readonly target: Target;
  readonly http: TcpProxy;
  readonly telemetry: TcpProxy;
  readonly routeTo: (server: TestServer | undefined) => void;
}

const portOfUrl = (url: string | undefined): number => Number(new URL(url ?? "").port);

/** A server behind a proxy that can be switched to another server. */
async function startProxiedServer(
  server: TestServer,
  token: string | undefined = API_TOKEN,
): Promise<ProxiedServer> {
  const http = await startTcpProxy(portOfUrl(server.httpUrl));
  const telemetry = await startTcpProxy(portOfUrl(server.telemetryUrl));
  const target = createTarget(
    `http://127.0.0.1:${http.port}`,
    `ws://127.0.0.1:${telemetry.port}/telemetry`,
    token,
  );
  const routeTo = (next: TestServer | undefined): void => {
    http.routeTo(next === undefined ? undefined : portOfUrl(next.httpUrl));
    telemetry.routeTo(next === undefined ? undefined : portOfUrl(next.telemetryUrl));
  };
  return { target, http, telemetry, routeTo };
}

function openPool(target: Target, reconnectBudgetMs = BUDGET_MS): Promise<SessionPool> {
  return openSessionPool({ target, clients: CLIENTS, reconnectBudgetMs });
}

const listPlayers = async (server: TestServer): Promise<unknown[]> =>
  (await server.call("/players", { token: API_TOKEN })).json.players;

/** Waits until all sessions have gone through this, and then until all are connected again. */
async function waitForSessions(pool: SessionPool, what: "dropped" | "reconnected" | "lost"): Promise<void> {
  await eventually(`${CLIENTS} ${what}`, 25, () => (pool.counts[what] >= CLIENTS ? true : undefined));
}

describe("load sessions", () => {
  test("are players that receive frames and are removed afterwards", async () => {
    const server = await startTestServer();
    const { target } = await startProxiedServer(server);
    const pool = await openPool(target);
    expect(pool.counts.connected).toBe(CLIENTS);
    expect(await listPlayers(server)).toHaveLength(CLIENTS);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const result = await pool.end();
    expect(result).toMatchObject({
      clients: CLIENTS,
      connected: CLIENTS,
      held: CLIENTS,
      lost: 0,
      leftBehind: 0,
    });
    expect(result.framesPerSecond?.min).toBeGreaterThan(0);
    expect(await listPlayers(server)).toEqual([]);
  });

  test("survive a deployment: the next server takes over every session", async () => {
    const [old, next] = [await startTestServer(), await startTestServer()];
    const { target, routeTo } = await startProxiedServer(old);
    const pool = await openPool(target);
    routeTo(next);
    await old.call("/drain?wait=true", { method: "POST", token: API_TOKEN });
    await waitForSessions(pool, "reconnected");
    expect(await listPlayers(next)).toHaveLength(CLIENTS);
    const result = await pool.end();
    expect(result).toMatchObject({
      held: CLIENTS,
      reconnected: CLIENTS,
      resumed: CLIENTS,
      lost: 0,
      dropped: 0,
    });
    expect(result.reconnectMs?.count).toBe(CLIENTS);
    expect(evaluateLoad({ sessions: result })).toEqual([]);
  });

  test("resume on the same server after a dropped connection", async () => {
    const server = await startTestServer();
    const { target, telemetry } = await startProxiedServer(server);
    const pool = await openPool(target);
    telemetry.cut();
    await waitForSessions(pool, "reconnected");
    const result = await pool.end();
    expect(result).toMatchObject({ dropped: CLIENTS, reconnected: CLIENTS, lost: 0, held: CLIENTS });
    expect(evaluateLoad({ sessions: result })).toEqual([
      { tone: "warn", text: `${CLIENTS} connections ended without notice.` },
    ]);
  });

  test("that cannot reconnect within the budget are lost, each counted once", async () => {
    const server = await startTestServer();
    const { target, telemetry, routeTo } = await startProxiedServer(server);
    const pool = await openPool(target, 300);
    routeTo(undefined);
    telemetry.cut();
    await waitForSessions(pool, "lost");
    const result = await pool.end();
    expect(result).toMatchObject({ held: 0, reconnected: 0, lost: CLIENTS, dropped: CLIENTS });
    expect(Object.keys(result.lostReasons)).toEqual([expect.stringContaining("not back within the budget")]);
    expect(evaluateLoad({ sessions: result }).some(({ tone }) => tone === "bad")).toBe(true);
  });

  test("that the next server does not take over are lost, because a new session does not replace the old one", async () => {
    const old = await startTestServer();
    const next = await startTestServer({
      GODOT_JWT_SIGNING_KEY: "another-signing-key-0123456789abcdef0123456789",
    });
    const { target, routeTo } = await startProxiedServer(old);
    const pool = await openPool(target);
    routeTo(next);
    await old.call("/drain", { method: "POST", token: API_TOKEN });
    await waitForSessions(pool, "lost");
    const result = await pool.end();
    expect(result).toMatchObject({
      lost: CLIENTS,
      resumed: 0,
      lostReasons: { "the server did not take the session over": CLIENTS },
    });
  });

  test("whose frames stop on an open connection are counted as stalled", async () => {
    const server = await startTestServer();
    const { target, telemetry } = await startProxiedServer(server);
    const pool = await openPool(target);
    telemetry.freeze();
    await waitForSessions(pool, "reconnected");
    const result = await pool.end();
    expect(result).toMatchObject({ stalled: CLIENTS, dropped: CLIENTS, reconnected: CLIENTS, lost: 0 });
    expect(result.longestGapMs).toBeGreaterThan(2500);
  }, 60_000);

  test("that could not connect are counted by reason", async () => {
    const server = await startTestServer({}, { faults: ["websocket-refused"] });
    const { target } = await startProxiedServer(server);
    const result = await (await openPool(target)).end();
    expect(result).toMatchObject({ connected: 0, held: 0, notConnected: { "refused with 503": CLIENTS } });
    expect(evaluateLoad({ sessions: result })[0]).toMatchObject({ tone: "bad" });
  });

  test("without a token are plain connections, if the server allows them", async () => {
    const server = await startTestServer({ GODOT_TELEMETRY_AUTH_REQUIRED: "false" });
    const { target } = await startProxiedServer(server);
    const { apiToken: _, ...open } = target;
    const result = await (await openPool(open)).end();
    expect(result).toMatchObject({ connected: CLIENTS, held: CLIENTS, leftBehind: 0 });
    expect(await listPlayers(server)).toEqual([]);
  });
});

describe("a load with sessions", () => {
  test("reports the sessions and the command that ran at the same time", async () => {
    const { target } = await startProxiedServer(await startTestServer());
    const report = await runShortLoad(target, { profile: { rate: 0, sessions: 2 }, through: "exit 3" });
    expect(report.http).toBeUndefined();
    expect(report.sessions).toMatchObject({ clients: 2, held: 2, lost: 0 });
    expect(report.through).toMatchObject({ command: "exit 3", exitCode: 3 });
    expect(report.findings).toContainEqual({ tone: "bad", text: "The command ended with 3." });
  });
});
