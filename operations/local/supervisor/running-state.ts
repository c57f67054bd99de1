import type { Deployment } from "../deployment/deployment.ts";
import type { ProcessReport } from "../processes/managed-process.ts";
import type { Verification } from "../verification/verification.ts";

/** The running state, as the supervisor stores it and `local status` shows it. */
export interface RunningState {
  /** ISO 8601; start time of the supervisor. */
  readonly since: string;
  readonly release: string | undefined;
  readonly server: string | undefined;
  readonly url: string | undefined;
  readonly telemetryUrl: string | undefined;
  readonly gateway: "nginx" | "none" | undefined;
  readonly database: "own" | "external" | "none" | undefined;
  readonly redis: "own" | "external" | "none" | undefined;
  readonly ports: Readonly<Record<string, number>>;
  /** Ports of the deployment's own data services. */
  readonly dataPorts: { readonly database?: number; readonly redis?: number };
  readonly processes: readonly ProcessReport[];
  readonly verification: Verification | undefined;
  /** Missing services and their consequences. */
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
    gateway: gateway?.kind,
    database: dataServices?.database,
    redis: dataServices?.redis,
    ports: { ...(gateway === undefined ? {} : { gateway: gateway.port }), ...activeServer?.ports },
    dataPorts: ownDataPorts(dataServices),
    processes,
    verification,
    notes: dataServices?.notes ?? [],
  };
}

function ownDataPorts(dataServices: Deployment["dataServices"]): RunningState["dataPorts"] {
  const { GODOT_DATABASE_PORT, GODOT_REDIS_PORT } = dataServices?.environment ?? {};
  return {
    ...(dataServices?.database === "own" ? { database: Number(GODOT_DATABASE_PORT) } : {}),
    ...(dataServices?.redis === "own" ? { redis: Number(GODOT_REDIS_PORT) } : {}),
  };
}
