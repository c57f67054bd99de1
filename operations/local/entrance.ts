import type { Front } from "./front.ts";
import type { RollAction } from "./history.ts";
import { requireFree } from "./ports.ts";
import type { Release } from "./releases.ts";
import type { Supervision } from "./supervision.ts";

/**
 * A release at the port where players are. It keeps the port that it was made with, but a rollback must not lead players
 * away from the one they know: their sessions could not follow.
 */
export function atEntrance(
  release: Release,
  action: RollAction,
  front: Pick<Front, "port"> | undefined,
): Release {
  if (front === undefined || action === "up") return release;
  return { ...release, settings: { ...release.settings, port: front.port } };
}

/**
 * A port that is taken is told at once, not after a database was made; one that changes, before sessions end.
 * @throws OperationError when somebody else has it.
 */
export async function requireEntrance(
  { tell }: Pick<Supervision, "tell">,
  port: number,
  front: Pick<Front, "port"> | undefined,
): Promise<void> {
  if (front?.port === port) return;
  await requireFree(port);
  if (front === undefined) return;
  tell(
    "warning",
    `players' port changes from ${front.port} to ${port}: no session can follow, and everybody must connect anew`,
  );
}
