import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { redactValue } from "../secret.ts";
import type { Target } from "../target/target.ts";
import { evaluateLoad, type LoadThresholds, loadVerdict } from "./evaluate-load.ts";
import { HttpLoad } from "./http-load.ts";
import type { HttpResult } from "./http-stats.ts";
import { type LoadReport, loadReportSchema } from "./load-report.ts";
import { PROFILE_MAXIMUMS, type Profile, validateProfile } from "./profile.ts";
import { openSessionPool, type SessionPool } from "./session-pool.ts";

export interface LoadOptions {
  readonly target: Target;
  readonly profile: Profile;
  readonly paths: readonly string[];
  readonly reconnectBudgetMs: number;
  readonly thresholds?: LoadThresholds;
  /** Shell command that runs while the sessions are open; the load then ends with it. */
  readonly through?: string;
  /** Ends the run early; the results so far are still reported. */
  readonly signal: AbortSignal;
  readonly progress?: (activity: string) => void;
  /** Time without data after which a request fails, in milliseconds. */
  readonly responseTimeoutMs?: number;
}

/** Requested paths by default: the probe path and three paths that players' clients request. */
export const DEFAULT_PATHS = ["/health", "/status", "/scene", "/players"] as const;

/** Requested paths by default without a token. */
export const PUBLIC_PATHS = ["/health", "/status"] as const;

/** Sessions are observed for this long after the command, because a drop may follow it. */
const SETTLE_TIME_MS = 1000;

/** Runs a load test. @throws InputError before the first request if the profile is out of range */
export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  const { target, signal, through, progress = () => undefined } = options;
  const profile = validateProfile(options.profile);
  const startedAt = new Date().toISOString();
  const pool = await openSessions(options, progress);
  const startMs = performance.now();
  const finished = new AbortController();
  const end = AbortSignal.any([signal, finished.signal]);
  progress(through === undefined ? `generating load for ${profile.seconds} s` : `running ${through}`);
  const [http, command] = await Promise.all([
    runHttpLoad({ ...options, signal: end }),
    through === undefined
      ? sleep(profile.rate === 0 ? profile.seconds * 1000 : 0, end)
      : runCommand(through, end, finished),
  ]);
  const seconds = Math.round(performance.now() - startMs) / 1000;
  progress("closing the sessions");
  const sessions = await pool?.end();
  const results = {
    ...(http === undefined ? {} : { http }),
    ...(sessions === undefined ? {} : { sessions }),
    ...(command === undefined ? {} : { through: command }),
  };
  const findings = evaluateLoad(results, options.thresholds);
  const { name, url } = target;
  const report: LoadReport = {
    schema: "spacetime-vr/load",
    version: 1,
    target: { name, url },
    startedAt,
    seconds,
    interrupted: signal.aborted,
    profile,
    paths: profile.rate === 0 ? [] : [...options.paths],
    ...results,
    findings,
    verdict: loadVerdict(findings),
  };
  const secrets = [target.apiToken, target.metricsToken].flatMap((secret) => secret ?? []);
  return loadReportSchema.parse(redactValue(report, secrets));
}

async function openSessions(
  { target, profile, reconnectBudgetMs, signal }: LoadOptions,
  progress: (activity: string) => void,
): Promise<SessionPool | undefined> {
  if (profile.sessions === 0) return undefined;
  progress(`connecting ${profile.sessions} sessions`);
  return openSessionPool({ target, clients: profile.sessions, reconnectBudgetMs, signal });
}

async function runHttpLoad({
  target,
  profile,
  paths,
  signal,
  through,
  responseTimeoutMs,
}: LoadOptions): Promise<HttpResult | undefined> {
  if (profile.rate === 0) return undefined;
  const run = `load-${randomBytes(4).toString("hex")}`;
  // The duration of a command is unknown, so only the maximum applies.
  const seconds = through === undefined ? profile.seconds : PROFILE_MAXIMUMS.seconds;
  const load = new HttpLoad({
    target,
    profile: { ...profile, seconds },
    paths,
    run,
    signal,
    responseTimeoutMs,
  });
  return load.stats.result(await load.run());
}

async function sleep(ms: number, signal: AbortSignal): Promise<undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), ms);
  signal.addEventListener("abort", () => resolve(undefined), { once: true });
  if (signal.aborted) resolve(undefined);
  await promise.finally(() => clearTimeout(timer));
  return undefined;
}

/** Runs a command with its output on stderr. The end of the command ends the load, and the signal ends the command. */
async function runCommand(
  command: string,
  signal: AbortSignal,
  finished: AbortController,
): Promise<NonNullable<LoadReport["through"]>> {
  const startMs = performance.now();
  const child = spawn(command, { shell: true, stdio: ["ignore", 2, 2] });
  const stop = (): void => {
    child.kill("SIGTERM");
  };
  const timer = setTimeout(stop, PROFILE_MAXIMUMS.seconds * 1000);
  signal.addEventListener("abort", stop, { once: true });
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.on("error", () => resolve(127)).on("close", (code) => resolve(code));
  const exitCode = await promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", stop);
  const seconds = Math.round(performance.now() - startMs) / 1000;
  await sleep(SETTLE_TIME_MS, signal);
  finished.abort();
  return { command, exitCode, seconds };
}
