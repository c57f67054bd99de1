import { appendFileSync, existsSync, readFileSync } from "node:fs";

/** One operation of the real engine on an environment. */
interface OperationRow {
  readonly environment: string;
  readonly operation: string;
  readonly seconds: number;
  /** What the engine counted, such as `306 created`. */
  readonly counts: string;
}

/** The file that the gate names; without it, nothing is recorded. */
const REPORT_VARIABLE = "ENGINE_REPORT";

/** The counts of the summary that the engine prints last: `+ 306 created`, `181 unchanged`. */
export function operationCounts(stdout: string): string {
  // An update prints the summary of its preview first.
  const summary = [...stdout.matchAll(/^Resources:\n((?: {4}.+\n?)+)/gm)].at(-1)?.[1] ?? "";
  // The lines are such as "+ 306 created", "+-1 replaced" and "2 changes. 306 unchanged".
  const counts = [...summary.matchAll(/\b(\d+ (?!changes)(?:to )?[a-z]+)/g)].map(([, count]) => count);
  return counts.join(", ");
}

export function recordOperation(row: OperationRow): void {
  const file = process.env[REPORT_VARIABLE];
  if (file !== undefined && file !== "") appendFileSync(file, `${JSON.stringify(row)}\n`);
}

/** The rows as a Markdown table. */
export function renderOperationReport(file: string): string {
  if (!existsSync(file)) return "no operation of the engine was recorded\n";
  const rows = readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as OperationRow);
  const lines = rows.map(
    ({ environment, operation, seconds, counts }) =>
      `| ${environment} | ${operation} | ${seconds.toFixed(1)} | ${counts} |`,
  );
  return ["| environment | operation | seconds | counts |", "|---|---|---|---|", ...lines, ""].join("\n");
}
