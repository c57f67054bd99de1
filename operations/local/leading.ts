import { setTimeout as pause } from "node:timers/promises";
import { OperationError } from "./errors.ts";
import type { Front } from "./front.ts";
import type { GameServer } from "./game-server.ts";
import type { Release } from "./releases.ts";
import { askServer, field } from "./server-client.ts";
import type { Verification } from "./verification.ts";

/** Time for nginx to bring up workers with the new config; new connections may meet old ones until then. */
const SWITCH_SECONDS = 20;

/** Connections in a row that must reach the new server before the old one is drained. */
const SURE_AFTER = 3;

/**
 * How long they must do so. nginx tells its old workers to stop only 100 ms after it made new ones, and until they do both
 * kinds take connections; a busy machine takes longer. The switchboard turns at once.
 */
const SURE_MS = { nginx: 400, none: 0 } as const satisfies Record<Front["kind"], number>;

/** Between two connections: whoever waits must not be a load. */
const LOOK_MS = 25;

/** Waits until new connections reach this server and no other. */
export async function reaches(
  { address, release }: Pick<GameServer, "address" | "release">,
  front: Pick<Front, "kind">,
): Promise<void> {
  const { port } = release.settings;
  const identity = field((await askServer(address, "/status")).body, "server");
  const deadline = Date.now() + SWITCH_SECONDS * 1000;
  let since = performance.now();
  for (let inARow = 0; inARow < SURE_AFTER || performance.now() - since < SURE_MS[front.kind]; ) {
    await pause(LOOK_MS);
    const begin = performance.now();
    const answer = await askServer({ ...address, port }, "/status").catch(() => undefined);
    const isNew = answer?.status === 200 && field(answer.body, "server") === identity;
    if (inARow === 0) since = begin;
    inARow = isNew ? inARow + 1 : 0;
    if (Date.now() > deadline) {
      throw new OperationError("Players are not led to the new server:", [
        {
          subject: `https://localhost:${port}`,
          rule: `did not lead to release ${release.id} within ${SWITCH_SECONDS} s`,
          remedy: "Read the logs in the state directory; `local down` and `local up` start afresh.",
        },
      ]);
    }
  }
}

/** @throws OperationError naming each check that failed. */
export function requireGood({ good, score, failures }: Verification, release: Release): void {
  if (good) return;
  throw new OperationError(
    `Release ${release.id} is not good: ${score} checks passed. It was not made current.`,
    [
      ...failures.map((failure) => ({
        subject: "verification",
        rule: failure,
        remedy: "Correct it, then deploy again.",
      })),
    ],
  );
}
