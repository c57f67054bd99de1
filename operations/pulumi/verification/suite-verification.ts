import type { SuiteReport } from "../../../probes/report/suite-report.ts";
import type { Target } from "../../../probes/target/target.ts";
import type { DeploymentTarget, TargetSources } from "./deployment-target.ts";
import type { DeployedStack, OnWait, Verification, Verify } from "./verification.ts";
import { waitForHealth } from "./wait-for-health.ts";

/** The first certificate by DNS-01, DNS propagation and the load balancer's first targets take minutes. */
const TIMEOUT_MS = 5 * 60_000;
const HEALTH_POLL_INTERVAL_MS = 3_000;

/**
 * Each run of the suite sends one wrong token, and intrusion detection blocks an address after ten in five minutes;
 * within the timeout there are at most seven.
 */
const SUITE_RETRY_INTERVAL_MS = 45_000;

/** Maximum number of failed checks in the summary; the suite's report lists all. */
const MAX_NAMES = 3;

/** Maximum length of an observed value, because the summary is one line of a table. */
const MAX_ACTUAL_LENGTH = 120;

export interface SuiteVerificationOptions extends TargetSources {
  readonly patienceMs?: number;
  readonly healthPauseMs?: number;
  readonly suitePauseMs?: number;
  /** Reports each wait, because verification may take minutes. */
  readonly onWait?: OnWait;
  /** Replaces the stack's own target in tests. */
  readonly open?: (deployed: DeployedStack, url: URL) => Promise<DeploymentTarget>;
  /** Replaces the ten checks in tests. */
  readonly ask?: (target: Target) => Promise<SuiteReport>;
}

/**
 * Verifies a deployment with the ten checks: waits for health, then repeats the checks until all pass or the timeout
 * expires. The verdict is good only if all ten pass.
 */
export function createSuiteVerification(options: SuiteVerificationOptions): Verify {
  const { patienceMs = TIMEOUT_MS, healthPauseMs = HEALTH_POLL_INTERVAL_MS } = options;
  return async (deployed) => {
    const { url: href } = deployed.outputs;
    const url = typeof href === "string" && URL.canParse(href) ? new URL(href) : undefined;
    if (url === undefined) return failedVerification("the stack has no output `url`");
    const startedAt = Date.now();
    const deadline = startedAt + patienceMs;
    const reportWait = (waitingFor: string, reason: string): void =>
      options.onWait?.({ waitingFor, reason, elapsedMs: Date.now() - startedAt, timeoutMs: patienceMs });
    const trusted = deployed.environment !== "local";
    const address = new URL("/health", url);
    const ill = await waitForHealth(address, {
      deadline,
      pauseMs: healthPauseMs,
      trusted,
      onWait: (reason) => reportWait(`${address} to return 200`, reason),
    });
    if (ill !== undefined) return failedVerification(`0 of 10 checks passed: ${address} ${ill}`);
    return verifyDeployedStack(deployed, url, { deadline, reportWait }, options);
  };
}

interface Attempts {
  /** No attempt starts after this time, in milliseconds since the epoch. */
  readonly deadline: number;
  readonly reportWait: (waitingFor: string, reason: string) => void;
}

async function verifyDeployedStack(
  deployed: DeployedStack,
  url: URL,
  attempts: Attempts,
  options: SuiteVerificationOptions,
): Promise<Verification> {
  const opened = await tryOpenTarget(deployed, url, options);
  if ("verdict" in opened) return opened;
  const { target, close } = opened;
  try {
    if (target.apiToken === undefined)
      return failedVerification(missingTokenMessage("no game server refers to one"));
    return await retryUntilPassed(attempts, target, options);
  } finally {
    close();
  }
}

async function retryUntilPassed(
  { deadline, reportWait }: Attempts,
  target: Target,
  { suitePauseMs = SUITE_RETRY_INTERVAL_MS, ask = runVerifySuite }: SuiteVerificationOptions,
): Promise<Verification> {
  for (;;) {
    const report = await ask(target);
    if (report.verdict === "successful") return { verdict: "good", summary: formatPassedCount(report) };
    if (Date.now() + suitePauseMs > deadline) return failedVerification(formatFailures(report));
    reportWait("all ten checks to pass", formatFailures(report));
    await new Promise((resolve) => setTimeout(resolve, suitePauseMs));
  }
}

/** Imported here so that commands without verification do not load the probes. */
async function runVerifySuite(target: Target): Promise<SuiteReport> {
  const { runSuite } = await import("../../../probes/run-suite.ts");
  return runSuite("verify", target);
}

async function tryOpenTarget(
  deployed: DeployedStack,
  url: URL,
  { open, ...sources }: SuiteVerificationOptions,
): Promise<DeploymentTarget | Verification> {
  try {
    if (open !== undefined) return await open(deployed, url);
    const { openDeploymentTarget } = await import("./deployment-target.ts");
    return await openDeploymentTarget(deployed, url, sources);
  } catch (error) {
    const [line = ""] = String((error as { readonly message?: string }).message ?? error).split("\n");
    const isGiven = (sources.env ?? process.env).SPACETIME_VR_API_TOKEN?.trim();
    return failedVerification(
      isGiven ? `0 of 10 checks passed: the cluster cannot be queried: ${line}` : missingTokenMessage(line),
    );
  }
}

function missingTokenMessage(reason: string): string {
  return `0 of 10 checks passed: no service token could be read from the cluster (${reason}). Set SPACETIME_VR_API_TOKEN, or give kubectl access to the Secret.`;
}

function formatPassedCount({ passed, checks }: SuiteReport): string {
  return `${passed} of ${checks.length} checks passed`;
}

/** Names the failed checks and the first observed value, because one cause often fails several checks. */
function formatFailures(report: SuiteReport): string {
  const failed = report.checks.filter(({ verdict }) => verdict.outcome !== "pass");
  const shown = failed
    .slice(0, MAX_NAMES)
    .map(({ name }) => name)
    .join(", ");
  const more = failed.length > MAX_NAMES ? ` and ${failed.length - MAX_NAMES} more` : "";
  const first = failed[0]?.verdict;
  const seen =
    first?.outcome === "fail"
      ? ` (${failed[0]?.name}: ${first.seen.replaceAll(/\s+/g, " ").slice(0, MAX_ACTUAL_LENGTH)})`
      : "";
  return `${formatPassedCount(report)}; failed: ${shown}${more}${seen}`;
}

function failedVerification(summary: string): Verification {
  return { verdict: "bad", summary };
}
