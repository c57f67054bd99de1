import type { Deployment } from "../deployment/deployment.ts";
import type { ProcessReport } from "../processes/managed-process.ts";
import type { Verification } from "../verification/verification.ts";

/** What runs, as the supervisor writes it down and `local status` shows it. */
export interface RunningState {
  /** ISO 8601: since when the supervisor is up. */
  readonly since: string;
  readonly release: string | undefined;
  readonly server: string | undefined;
  readonly url: string | undefined;
  readonly telemetryUrl: string | undefined;
  readonly front: "nginx" | "none" | undefined;
  readonly database: "own" | "external" | "none" | undefined;
  readonly redis: "own" | "external" | "none" | undefined;
  readonly ports: Readonly<Record<string, number>>;
  readonly processes: readonly ProcessReport[];
  readonly verification: Verification | undefined;
  /** What is missing, and what that means. */
  readonly notes: readonly string[];
}

export function describeRunningState(
  { activeServer, gateway, dataServices, verification }: Deployment,
  processes: readonly ProcessReport[],
  since: string,
): RunningState {
  return {
    since,
    release: activeServer?.release.id,
    server: activeServer?.release.server.kind,
    url: gateway?.url,
    telemetryUrl: gateway?.telemetryUrl,
    front: gateway?.kind,
    database: dataServices?.database,
    redis: dataServices?.redis,
    ports: { ...(gateway === undefined ? {} : { entrance: gateway.port }), ...activeServer?.ports },
    processes,
    verification,
    notes: dataServices?.notes ?? [],
  };
}
