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
  /** A command that runs while the sessions are held, for the shell; the load then lasts as long as it does. */
  readonly through?: string;
  /** Ends it early; what was seen until then is still reported. */
  readonly signal: AbortSignal;
  readonly progress?: (activity: string) => void;
  /** Silence after which a request has no answer, milliseconds. */
  readonly answerTimeoutMs?: number;
}

/** What is asked where nothing is named: the probe's path, and three that players' clients ask. */
export const DEFAULT_PATHS = ["/health", "/status", "/scene", "/players"] as const;

/** What anybody may ask without a token. */
export const PUBLIC_PATHS = ["/health", "/status"] as const;

/** After a command, sessions are watched this much longer: what it broke may show a moment later. */
const SETTLE_TIME_MS = 1000;

/** Makes one load and reports what it saw. @throws InputError for a profile out of bounds, before anything is asked. */
export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  const { target, signal, through, progress = () => undefined } = options;
  const profile = validateProfile(options.profile);
  const startedAt = new Date().toISOString();
  const holding = await openSessions(options, progress);
  const beginMs = performance.now();
  const over = new AbortController();
  const end = AbortSignal.any([signal, over.signal]);
  progress(through === undefined ? `asking for ${profile.seconds} s` : `while ${through} runs`);
  const [http, command] = await Promise.all([
    runHttpLoad({ ...options, signal: end }),
    through === undefined
      ? sleep(profile.rate === 0 ? profile.seconds * 1000 : 0, end)
      : runCommand(through, end, over),
  ]);
  const seconds = Math.round(performance.now() - beginMs) / 1000;
  progress("leaving");
  const sessions = await holding?.end();
  const seen = {
    ...(http === undefined ? {} : { http }),
    ...(sessions === undefined ? {} : { sessions }),
    ...(command === undefined ? {} : { through: command }),
  };
  const findings = evaluateLoad(seen, options.thresholds);
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
    ...seen,
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
  answerTimeoutMs,
}: LoadOptions): Promise<HttpResult | undefined> {
  if (profile.rate === 0) return undefined;
  const run = `load-${randomBytes(4).toString("hex")}`;
  // A command takes as long as it takes, within the bound.
  const seconds = through === undefined ? profile.seconds : PROFILE_MAXIMUMS.seconds;
  const load = new HttpLoad({
    target,
    profile: { ...profile, seconds },
    paths,
    run,
    signal,
    answerTimeoutMs,
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

/** Runs a command, its words on standard error. Ends the load when it ends; ends it when the load must. */
async function runCommand(
  command: string,
  signal: AbortSignal,
  over: AbortController,
): Promise<NonNullable<LoadReport["through"]>> {
  const beginMs = performance.now();
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
  const seconds = Math.round(performance.now() - beginMs) / 1000;
  await sleep(SETTLE_TIME_MS, signal);
  over.abort();
  return { command, exitCode, seconds };
}
