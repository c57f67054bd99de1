import { escapeUnsafeCharacters } from "../../../components/shared/errors.ts";
import type { ContractGap } from "./contract.ts";
import type { TryResult } from "./try-export.ts";

/** Renders the result of a runtime test as text. */
export function renderTryResult(result: TryResult): string {
  const { directory, executable, contract, startMs, durationMs, verdict, passed, failed, lacking } = result;
  return [
    escapeUnsafeCharacters(
      `${executable} in ${directory}: served /health after ${(startMs / 1000).toFixed(1)} s`,
    ),
    ...failed.map((gap) => formatGap("✗", gap)),
    ...(lacking.length === 0 ? [] : ["Missing for the full contract:"]),
    ...lacking.map((gap) => formatGap("–", gap)),
    `${passed.length} findings passed, ${failed.length} failed${lacking.length === 0 ? "" : `, ${lacking.length} not required by --contract seeds`} in ${(durationMs / 1000).toFixed(1)} s: ${verdict} (contract: ${contract})`,
    "",
  ].join("\n");
}

function formatGap(sign: string, { finding, reason, seen, remedy }: ContractGap): string {
  const actual = seen === "" ? "" : ` (actual: ${seen.replaceAll(/\s+/g, " ")})`;
  return escapeUnsafeCharacters(`  ${sign} ${finding}: ${reason}${actual} ${remedy}`.trimEnd());
}
