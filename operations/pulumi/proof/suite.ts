import type { SuiteReport } from "../../../probes/report/suite-report.ts";
import type { Target } from "../../../probes/target/target.ts";
import type { Deployed, Verification, Verify } from "../verification.ts";
import type { OpenTarget, TargetSources } from "./deployment-target.ts";
import { waitForHealth } from "./health.ts";

/** A first certificate by DNS-01, a name's spreading and a load balancer's first targets take minutes. */
const PATIENCE_MS = 5 * 60_000;
const HEALTH_PAUSE_MS = 3_000;

/**
 * Each run of the suite sends one wrong token on purpose, and intrusion detection blocks an address after ten in five minutes: within
 * the patience there are at most seven.
 */
const SUITE_PAUSE_MS = 45_000;

/** Names beyond these are in the suite's own report. */
const MOST_NAMES = 3;

/** The verdict is one line of a table. */
const MOST_SEEN = 120;

export interface SuiteOptions extends TargetSources {
  readonly patienceMs?: number;
  readonly healthPauseMs?: number;
  readonly suitePauseMs?: number;
  /** In place of the stack's own target. */
  readonly open?: (deployed: Deployed, url: URL) => Promise<OpenTarget>;
  /** In place of the ten checks. */
  readonly ask?: (target: Target) => Promise<SuiteReport>;
}

/**
 * Proves a deployment by the product's own ten checks: waits for health, then asks them until all pass or the patience ends. Good are
 * ten of ten alone.
 */
export function suiteVerification(options: SuiteOptions): Verify {
  const { patienceMs = PATIENCE_MS, healthPauseMs = HEALTH_PAUSE_MS } = options;
  return async (deployed) => {
    const { url: href } = deployed.outputs;
    const url = typeof href === "string" && URL.canParse(href) ? new URL(href) : undefined;
    if (url === undefined) return bad("the stack has no output `url` to ask");
    const deadline = Date.now() + patienceMs;
    const trusted = deployed.environment !== "local";
    const address = new URL("/health", url);
    const ill = await waitForHealth(address, { deadline, pauseMs: healthPauseMs, trusted });
    if (ill !== undefined) return bad(`0 of 10 checks passed: ${address} ${ill}`);
    return proven(deployed, url, deadline, options);
  };
}

async function proven(
  deployed: Deployed,
  url: URL,
  deadline: number,
  options: SuiteOptions,
): Promise<Verification> {
  const opened = await openOr(deployed, url, options);
  if ("verdict" in opened) return opened;
  const { target, close } = opened;
  try {
    if (target.apiToken === undefined) return bad(withoutToken("no game server refers to one"));
    return await askUntil(deadline, target, options);
  } finally {
    close();
  }
}

async function askUntil(
  deadline: number,
  target: Target,
  { suitePauseMs = SUITE_PAUSE_MS, ask = askSuite }: SuiteOptions,
): Promise<Verification> {
  for (;;) {
    const report = await ask(target);
    if (report.verdict === "successful") return { verdict: "good", summary: counted(report) };
    if (Date.now() + suitePauseMs > deadline) return bad(failures(report));
    await new Promise((resolve) => setTimeout(resolve, suitePauseMs));
  }
}

/** Loaded late: commands that verify nothing start without the probes. */
async function askSuite(target: Target): Promise<SuiteReport> {
  const { runSuite } = await import("../../../probes/run-suite.ts");
  return runSuite("verify", target);
}

async function openOr(
  deployed: Deployed,
  url: URL,
  { open, ...sources }: SuiteOptions,
): Promise<OpenTarget | Verification> {
  try {
    if (open !== undefined) return await open(deployed, url);
    const { deploymentTarget } = await import("./deployment-target.ts");
    return await deploymentTarget(deployed, url, sources);
  } catch (error) {
    const [line = ""] = String((error as { readonly message?: string }).message ?? error).split("\n");
    const isGiven = (sources.env ?? process.env).SPACETIME_VR_API_TOKEN?.trim();
    return bad(isGiven ? `0 of 10 checks passed: the cluster cannot be asked: ${line}` : withoutToken(line));
  }
}

function withoutToken(reason: string): string {
  return `0 of 10 checks passed: the cluster gave no operator's token (${reason}). Set SPACETIME_VR_API_TOKEN, or give kubectl access to it.`;
}

function counted({ passed, checks }: SuiteReport): string {
  return `${passed} of ${checks.length} checks passed`;
}

/** The names of what failed, and what was seen first: one cause often fails them all. The last check fails with any other one and says nothing beside it. */
function failures(report: SuiteReport): string {
  const failed = report.checks
    .filter(({ verdict }) => verdict.outcome !== "pass")
    .filter(({ name }, _index, all) => name !== "automated-validation" || all.length === 1);
  const shown = failed
    .slice(0, MOST_NAMES)
    .map(({ name }) => name)
    .join(", ");
  const more = failed.length > MOST_NAMES ? ` and ${failed.length - MOST_NAMES} more` : "";
  const first = failed[0]?.verdict;
  const seen =
    first?.outcome === "fail"
      ? ` (${failed[0]?.name}: ${first.seen.replaceAll(/\s+/g, " ").slice(0, MOST_SEEN)})`
      : "";
  return `${counted(report)}; failed: ${shown}${more}${seen}`;
}

function bad(summary: string): Verification {
  return { verdict: "bad", summary };
}
