import { describe, expect, test } from "@jest/globals";
import { type Holding, holdSessions } from "../../../probes/load/hold-sessions.ts";
import { judge } from "../../../probes/load/judge.ts";
import type { Target } from "../../../probes/target.ts";
import { API_TOKEN, start, type TestServer } from "../../reference-server/support/server.ts";
import { eventually } from "../../support/ports.ts";
import { shortLoad, targetAt } from "./support.ts";
import { type Switchboard, switchboard } from "./switchboard.ts";

const CLIENTS = 4;
const BUDGET_MS = 10_000;

interface Deployment {
  readonly target: Target;
  readonly http: Switchboard;
  readonly telemetry: Switchboard;
  readonly leadTo: (server: TestServer | undefined) => void;
}

const portOf = (url: string | undefined): number => Number(new URL(url ?? "").port);

/** A server behind a door that can be led to another one. */
async function deployment(server: TestServer, token: string | undefined = API_TOKEN): Promise<Deployment> {
  const http = await switchboard(portOf(server.httpUrl));
  const telemetry = await switchboard(portOf(server.telemetryUrl));
  const target = targetAt(
    `http://127.0.0.1:${http.port}`,
    `ws://127.0.0.1:${telemetry.port}/telemetry`,
    token,
  );
  const leadTo = (next: TestServer | undefined): void => {
    http.leadTo(next === undefined ? undefined : portOf(next.httpUrl));
    telemetry.leadTo(next === undefined ? undefined : portOf(next.telemetryUrl));
  };
  return { target, http, telemetry, leadTo };
}

function hold(target: Target, reconnectBudgetMs = BUDGET_MS): Promise<Holding> {
  return holdSessions({ target, clients: CLIENTS, reconnectBudgetMs });
}

const playersOf = async (server: TestServer): Promise<unknown[]> =>
  (await server.call("/players", { token: API_TOKEN })).json.players;

/** Waits until so many sessions have gone through it, then until all who can be are connected. */
async function passed(holding: Holding, what: "dropped" | "reconnected" | "lost"): Promise<void> {
  await eventually(`${CLIENTS} ${what}`, 25, () => (holding.counts[what] >= CLIENTS ? true : undefined));
}

describe("held sessions", () => {
  test("are players that receive frames, and nothing of them is left afterwards", async () => {
    const server = await start();
    const { target } = await deployment(server);
    const holding = await hold(target);
    expect(holding.counts.connected).toBe(CLIENTS);
    expect(await playersOf(server)).toHaveLength(CLIENTS);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const result = await holding.end();
    expect(result).toMatchObject({
      clients: CLIENTS,
      connected: CLIENTS,
      held: CLIENTS,
      lost: 0,
      leftBehind: 0,
    });
    expect(result.framesPerSecond?.min).toBeGreaterThan(0);
    expect(await playersOf(server)).toEqual([]);
  });

  test("survive a deployment: the next server takes every one of them over", async () => {
    const [old, next] = [await start(), await start()];
    const { target, leadTo } = await deployment(old);
    const holding = await hold(target);
    leadTo(next);
    await old.call("/drain?wait=true", { method: "POST", token: API_TOKEN });
    await passed(holding, "reconnected");
    expect(await playersOf(next)).toHaveLength(CLIENTS);
    const result = await holding.end();
    expect(result).toMatchObject({
      held: CLIENTS,
      reconnected: CLIENTS,
      resumed: CLIENTS,
      lost: 0,
      dropped: 0,
    });
    expect(result.reconnectMs?.count).toBe(CLIENTS);
    expect(judge({ sessions: result })).toEqual([]);
  });

  test("come back after a cut, to the session that the server still knows", async () => {
    const server = await start();
    const { target, telemetry } = await deployment(server);
    const holding = await hold(target);
    telemetry.cut();
    await passed(holding, "reconnected");
    const result = await holding.end();
    expect(result).toMatchObject({ dropped: CLIENTS, reconnected: CLIENTS, lost: 0, held: CLIENTS });
    expect(judge({ sessions: result })).toEqual([
      { tone: "warn", text: `${CLIENTS} connections ended without notice.` },
    ]);
  });

  test("that cannot come back within the budget are lost, each counted once", async () => {
    const server = await start();
    const { target, telemetry, leadTo } = await deployment(server);
    const holding = await hold(target, 300);
    leadTo(undefined);
    telemetry.cut();
    await passed(holding, "lost");
    const result = await holding.end();
    expect(result).toMatchObject({ held: 0, reconnected: 0, lost: CLIENTS, dropped: CLIENTS });
    expect(Object.keys(result.lostReasons)).toEqual([expect.stringContaining("not back within the budget")]);
    expect(judge({ sessions: result }).some(({ tone }) => tone === "bad")).toBe(true);
  });

  test("that the next server does not take over are lost: a new session is not the old one", async () => {
    const old = await start();
    const next = await start({ GODOT_JWT_SIGNING_KEY: "another-signing-key-0123456789abcdef0123456789" });
    const { target, leadTo } = await deployment(old);
    const holding = await hold(target);
    leadTo(next);
    await old.call("/drain", { method: "POST", token: API_TOKEN });
    await passed(holding, "lost");
    const result = await holding.end();
    expect(result).toMatchObject({
      lost: CLIENTS,
      resumed: 0,
      lostReasons: { "the server did not take the session over": CLIENTS },
    });
  });

  test("whose frames stop on an open connection are told apart from those that were cut", async () => {
    const server = await start();
    const { target, telemetry } = await deployment(server);
    const holding = await hold(target);
    telemetry.freeze();
    await passed(holding, "reconnected");
    const result = await holding.end();
    expect(result).toMatchObject({ stalled: CLIENTS, dropped: CLIENTS, reconnected: CLIENTS, lost: 0 });
    expect(result.longestGapMs).toBeGreaterThan(2500);
  }, 60_000);

  test("that were never let in are counted by reason", async () => {
    const server = await start({}, { faults: ["websocket-refused"] });
    const { target } = await deployment(server);
    const result = await (await hold(target)).end();
    expect(result).toMatchObject({ connected: 0, held: 0, notConnected: { "refused with 503": CLIENTS } });
    expect(judge({ sessions: result })[0]).toMatchObject({ tone: "bad" });
  });

  test("without a token are only connections, where the server allows them", async () => {
    const server = await start({ GODOT_TELEMETRY_AUTH_REQUIRED: "false" });
    const { target } = await deployment(server);
    const { apiToken: _, ...open } = target;
    const result = await (await hold(open)).end();
    expect(result).toMatchObject({ connected: CLIENTS, held: CLIENTS, leftBehind: 0 });
    expect(await playersOf(server)).toEqual([]);
  });
});

describe("a load with sessions", () => {
  test("reports both parts and the command that ran meanwhile", async () => {
    const { target } = await deployment(await start());
    const report = await shortLoad(target, { profile: { rate: 0, sessions: 2 }, through: "exit 3" });
    expect(report.http).toBeUndefined();
    expect(report.sessions).toMatchObject({ clients: 2, held: 2, lost: 0 });
    expect(report.through).toMatchObject({ command: "exit 3", exitCode: 3 });
    expect(report.findings).toContainEqual({ tone: "bad", text: "The command ended with 3." });
  });
});
