import type { ServerContext } from "./server-context.ts";

/** Result of one readiness check. */
type CheckResult = "ok" | "off" | "degraded" | "failed";

/** The response of /ready. */
interface Readiness {
  readonly ready: boolean;
  readonly checks: {
    readonly autoloads: CheckResult;
    readonly database: CheckResult;
    readonly redis: CheckResult;
    readonly draining: CheckResult;
  };
  /** One reason per failed or degraded check. */
  readonly reasons: readonly string[];
}

/** Checks all dependencies in parallel, for at most GODOT_READY_TIMEOUT_MS. */
export async function checkReadiness(context: ServerContext): Promise<Readiness> {
  const reasons: string[] = [];
  const within = withTimeout(context.settings.monitoring.readyTimeoutMs);
  const [database, redis]: readonly [CheckResult, CheckResult] = await Promise.all([
    context.store.kind === "memory" ? "off" : within(context.store.ping()),
    context.redis === undefined ? "off" : within(context.redis.ping()),
  ]);
  const missing = context.settings.lifecycle.autoloads.filter((name) => !context.autoloads.has(name));
  if (missing.length > 0) reasons.push(`autoloads are not running: ${missing.join(", ")}`);
  if (database === "failed") reasons.push("the database is unavailable");
  if (redis === "failed") reasons.push("Redis is unavailable; state is not shared with other servers");
  if (context.drain.active) reasons.push("the server is draining");
  // Without Redis a server can still serve players; failing readiness would remove every server from rotation.
  const needsRedis = context.settings.limits.enabled && context.settings.limits.fallback === "deny";
  const checks = {
    autoloads: missing.length > 0 ? "failed" : "ok",
    database,
    redis: redis === "failed" && !needsRedis ? "degraded" : redis,
    draining: context.drain.active ? "failed" : "ok",
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
