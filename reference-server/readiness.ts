import type { ServerContext } from "./server-context.ts";

/** One condition of readiness. */
export type CheckResult = "ok" | "off" | "degraded" | "failed";

/** What /ready answers. */
export interface Readiness {
  readonly ready: boolean;
  readonly checks: {
    readonly autoloads: CheckResult;
    readonly database: CheckResult;
    readonly redis: CheckResult;
    readonly draining: CheckResult;
  };
  /** A sentence for each condition that is not met. */
  readonly reasons: readonly string[];
}

/** Asks what this server depends on, side by side, for at most GODOT_READY_TIMEOUT_MS. */
export async function checkReadiness(core: ServerContext): Promise<Readiness> {
  const reasons: string[] = [];
  const within = withTimeout(core.settings.monitoring.readyTimeoutMs);
  const [database, redis]: readonly [CheckResult, CheckResult] = await Promise.all([
    core.store.kind === "memory" ? "off" : within(core.store.ping()),
    core.redis === undefined ? "off" : within(core.redis.ping()),
  ]);
  const missing = core.settings.lifecycle.autoloads.filter((name) => !core.autoloads.has(name));
  if (missing.length > 0) reasons.push(`autoloads are not up: ${missing.join(", ")}`);
  if (database === "failed") reasons.push("the database does not answer");
  if (redis === "failed") reasons.push("Redis does not answer: nothing is shared with other servers");
  if (core.drain.active) reasons.push("draining");
  // A server without Redis still serves its players; taking all servers out of rotation would serve nobody.
  const needsRedis = core.settings.limits.enabled && core.settings.limits.fallback === "deny";
  const checks = {
    autoloads: missing.length > 0 ? "failed" : "ok",
    database,
    redis: redis === "failed" && !needsRedis ? "degraded" : redis,
    draining: core.drain.active ? "failed" : "ok",
  } as const;
  return { ready: !Object.values(checks).includes("failed"), checks, reasons };
}

function withTimeout(milliseconds: number) {
  return async (answer: Promise<void>): Promise<CheckResult> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<CheckResult>((resolve) => {
      timer = setTimeout(() => resolve("failed"), milliseconds);
    });
    const answered = answer.then(
      () => "ok" as const,
      () => "failed" as const,
    );
    const check = await Promise.race([answered, late]);
    clearTimeout(timer);
    return check;
  };
}
