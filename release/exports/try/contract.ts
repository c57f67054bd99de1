import type { SuiteReport } from "../../../probes/report/suite-report.ts";

/** `seeds`: the endpoints of the original documents; `full`: everything that the product's contract requires. */
export const CONTRACTS = ["full", "seeds"] as const;

export type Contract = (typeof CONTRACTS)[number];

/**
 * Findings of the verification that need more than the seeds define: `/health`, `/status`, `/scene`, `/performance`, `/metrics`,
 * JWT and rate limits. The value says what they need.
 */
const BEYOND_SEEDS: Readonly<Record<string, string>> = {
  "instances-running/running": "`server` and `uptime_seconds` in /status",
  "instances-running/no-restarts": "`server` and `uptime_seconds` in /status",
  "api-status/shape": "every field of /status in the contract: players, persistence, mesh and others",
  "telemetry-websocket/connected": "telemetry frames in the format of the contract",
  "performance-metrics/complete":
    "every field of /performance in the contract: targets, ticks, uptime and others",
  "authentication/player-refused": "tokens with the role player from POST /auth/token",
  "scene-loaded/loaded": "`loaded_at` in GET /scene",
  "scene-whitelist/enforced": "the current scene and `loaded_at` in GET /scene",
  "rate-limiting/under-limit": "a separate rate limit per client, and Retry-After on 429",
};

/** Derived from the other checks. */
const SUMMARY_CHECK = "automated-validation";

/** A finding that failed, or that the contract does not require. */
export interface ContractGap {
  /** `check/finding`. */
  readonly finding: string;
  readonly reason: string;
  readonly seen: string;
  /** What to do, or what the server needs to support it. */
  readonly remedy: string;
}

export interface ContractResult {
  readonly passed: readonly string[];
  readonly failed: readonly ContractGap[];
  /** What the server lacks for the full contract; empty with `full`, where these are failures. */
  readonly lacking: readonly ContractGap[];
}

/** Splits the findings of a verification by what the contract requires. */
export function assessContract(report: SuiteReport, contract: Contract): ContractResult {
  const passed: string[] = [];
  const failed: ContractGap[] = [];
  const lacking: ContractGap[] = [];
  for (const check of report.checks) {
    if (check.name === SUMMARY_CHECK) continue;
    for (const [name, verdict] of Object.entries(check.findings)) {
      const finding = `${check.name}/${name}`;
      const need = BEYOND_SEEDS[finding];
      if (verdict.outcome === "pass") passed.push(finding);
      else {
        const { reason, seen = "", remedy = "" } = { seen: undefined, remedy: undefined, ...verdict };
        if (contract === "seeds" && need !== undefined)
          lacking.push({ finding, reason, seen, remedy: `It needs ${need}.` });
        else failed.push({ finding, reason, seen, remedy });
      }
    }
  }
  return { passed, failed, lacking };
}
