import { OperationError } from "../../errors.ts";
import { pollUntil } from "../../poll-until.ts";
import type { Release } from "../releases/releases.ts";
import type { GameServer } from "../services/game-server.ts";
import type { Gateway } from "../services/gateway.ts";
import { readField, requestServer } from "../services/server-client.ts";
import type { Verification } from "../verification/verification.ts";

/** Time for nginx to start workers with the new config; new connections may reach old workers until then. */
const CUTOVER_TIMEOUT_SECONDS = 20;

/** Consecutive connections that must reach the new server before the old one is drained. */
const CONSECUTIVE_SUCCESSES = 3;

/**
 * How long they must reach it. nginx stops its old workers 100 ms after it has started new ones, and both accept
 * connections until then, longer on a busy machine. The TCP proxy switches immediately.
 */
const STABLE_MS = { nginx: 400, none: 0 } as const satisfies Record<Gateway["kind"], number>;

/** Pause between two connections, so that polling is no load. */
const POLL_INTERVAL_MS = 25;

/** Waits until new connections reach only this server. */
export async function waitForCutover(
  { address, release }: Pick<GameServer, "address" | "release">,
  gateway: Pick<Gateway, "kind">,
): Promise<void> {
  const { port } = release.settings;
  const identity = readField((await requestServer(address, "/status")).body, "server");
  let consecutive = 0;
  let since = performance.now();
  const isRouted = await pollUntil(
    async () => {
      const begin = performance.now();
      const answer = await requestServer({ ...address, port }, "/status").catch(() => undefined);
      const isNew = answer?.status === 200 && readField(answer.body, "server") === identity;
      if (consecutive === 0) since = begin;
      consecutive = isNew ? consecutive + 1 : 0;
      return consecutive >= CONSECUTIVE_SUCCESSES && performance.now() - since >= STABLE_MS[gateway.kind];
    },
    { timeoutMs: CUTOVER_TIMEOUT_SECONDS * 1000, intervalMs: POLL_INTERVAL_MS },
  );
  if (isRouted) return;
  throw new OperationError(
    1,
    [
      {
        subject: `https://localhost:${port}`,
        rule: `did not route to release ${release.id} within ${CUTOVER_TIMEOUT_SECONDS} s`,
        remedy:
          "Read the logs in the state directory, then restart with `npm run local -- down` and `npm run local -- up`.",
      },
    ],
    "Cutover to the new server timed out:",
  );
}

/** @throws OperationError naming each check that failed. */
export function requirePassed({ good, score, failures }: Verification, release: Release): void {
  if (good) return;
  throw new OperationError(
    1,
    [
      ...failures.map((failure) => ({
        subject: "verification",
        rule: failure,
        remedy: "Fix it, then deploy again.",
      })),
    ],
    `Release ${release.id} failed verification: ${score} checks passed. It did not become current.`,
  );
}
