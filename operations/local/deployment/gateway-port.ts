import { requireFreePort } from "../processes/ports.ts";
import type { ProcessManager } from "../processes/process-manager.ts";
import type { DeployAction } from "../releases/history.ts";
import type { Release } from "../releases/releases.ts";
import type { Gateway } from "../services/gateway.ts";

/**
 * A release at the port where players are. It keeps the port that it was made with, but a rollback must not lead players
 * away from the one they know: their sessions could not follow.
 */
export function keepGatewayPort(
  release: Release,
  action: DeployAction,
  front: Pick<Gateway, "port"> | undefined,
): Release {
  if (front === undefined || action === "up") return release;
  return { ...release, settings: { ...release.settings, port: front.port } };
}

/**
 * A port that is taken is told at once, not after a database was made; one that changes, before sessions end.
 * @throws OperationError when somebody else has it.
 */
export async function requireGatewayPort(
  { tell }: Pick<ProcessManager, "tell">,
  port: number,
  front: Pick<Gateway, "port"> | undefined,
): Promise<void> {
  if (front?.port === port) return;
  await requireFreePort(port);
  if (front === undefined) return;
  tell(
    "warning",
    `players' port changes from ${front.port} to ${port}: no session can follow, and every player must reconnect`,
  );
}
