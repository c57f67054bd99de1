import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { GATE_RECORD, type GateRecord, gateRecordSchema } from "../../checklist/records/gate-record.ts";
import { parseChangedFiles, runGit } from "../../components/shared/run-git.ts";
import { writeAtomically } from "../../components/shared/write-atomically.ts";

/** The parts of jest's JSON report that the record needs. */
export interface JestReport {
  readonly testResults?: readonly {
    readonly name: string;
    readonly status?: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** The results of the gate as the checklist reads them; a file that could not be loaded counts as one failed test. */
export function createGateRecord(
  commit: string,
  dirty: boolean,
  check: { readonly passed: number; readonly failed: number },
  reports: readonly JestReport[],
  directory: string,
  now: Date,
): GateRecord {
  const suites = reports.flatMap(({ testResults = [] }) =>
    testResults.map(({ name, status, assertionResults }) => {
      const count = (wanted: readonly string[]): number =>
        assertionResults.filter((one) => wanted.includes(one.status)).length;
      const failed = count(["failed"]);
      return {
        file: relative(directory, name).replaceAll("\\", "/"),
        passed: count(["passed"]),
        failed: failed === 0 && status === "failed" ? 1 : failed,
        skipped: count(["pending", "skipped", "todo", "disabled"]),
      };
    }),
  );
  return gateRecordSchema.parse({ version: 1, commit, dirty, finishedAt: now.toISOString(), check, suites });
}

/** Writes the record for the commit in this directory; nothing is written outside a repository. */
export function writeGateRecord(
  check: { readonly passed: number; readonly failed: number },
  reports: readonly JestReport[],
): void {
  const directory = process.cwd();
  const remedy = "The gate runs in a clone.";
  const head = runGit(directory, remedy, "rev-parse", "--verify", "--quiet", "HEAD");
  if (!head.ok) return;
  const changed = parseChangedFiles(runGit(directory, remedy, "status", "--porcelain", "-z").stdout);
  const record = createGateRecord(
    head.stdout.trim(),
    changed.length > 0,
    check,
    reports,
    directory,
    new Date(),
  );
  mkdirSync(dirname(GATE_RECORD), { recursive: true });
  writeAtomically(GATE_RECORD, (temporaryPath) => writeFileSync(temporaryPath, JSON.stringify(record)));
}
