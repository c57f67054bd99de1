import { requireFreePort } from "../processes/ports.ts";
import type { ProcessManager } from "../processes/process-manager.ts";
import type { DeployAction } from "../releases/history.ts";
import type { Release } from "../releases/releases.ts";
import type { Gateway } from "../services/gateway.ts";

/**
 * Returns the release with the current gateway port for a rollback, because sessions cannot follow to another port.
 */
export function keepGatewayPort(
  release: Release,
  action: DeployAction,
  gateway: Pick<Gateway, "port"> | undefined,
): Release {
  if (gateway === undefined || action === "up") return release;
  return { ...release, settings: { ...release.settings, port: gateway.port } };
}

/**
 * Checks the gateway port before a database is created, and logs a port change before sessions end.
 * @throws OperationError if another process uses the port.
 */
export async function requireGatewayPort(
  { log }: Pick<ProcessManager, "log">,
  port: number,
  gateway: Pick<Gateway, "port"> | undefined,
): Promise<void> {
  if (gateway?.port === port) return;
  await requireFreePort(port);
  if (gateway === undefined) return;
  log(
    "warning",
    `the gateway port changes from ${gateway.port} to ${port}: no session can move, and every player must reconnect`,
  );
}
