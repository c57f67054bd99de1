import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../../components/shared/write-atomically.ts";
import { type SuiteReport, suiteReportSchema } from "./suite-report.ts";

/** Number of saved runs: four hours at one run every five minutes (seed 003). */
const MAX_REPORTS = 48;

const REPORT_FILE_NAME = /^\d{4}-\d\d-\d\dT[\d-]+Z-[0-9a-f]{4}\.json$/;

function suiteDirectory(root: string, suite: SuiteReport["suite"]): string {
  return join(root, suite);
}

/** Reads the earlier runs of a suite, oldest first; invalid files are skipped. */
export function readHistory(root: string, suite: SuiteReport["suite"]): readonly SuiteReport[] {
  const directory = suiteDirectory(root, suite);
  return listReportFiles(directory).flatMap((name) => {
    try {
      return suiteReportSchema.safeParse(JSON.parse(readFileSync(join(directory, name), "utf8"))).data ?? [];
    } catch {
      return [];
    }
  });
}

function listReportFiles(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
      .filter((name) => REPORT_FILE_NAME.test(name))
      .sort();
  } catch {
    return [];
  }
}

/** Saves a report and deletes the oldest ones. @throws if the directory is not writable */
export function saveReport(root: string, report: SuiteReport): void {
  const directory = suiteDirectory(root, report.suite);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const name = `${report.started.replaceAll(/[:.]/g, "-")}-${randomBytes(2).toString("hex")}.json`;
  writeAtomically(join(directory, name), (aside) =>
    writeFileSync(aside, `${JSON.stringify(report, undefined, 2)}\n`, { flag: "wx", mode: 0o600 }),
  );
  for (const old of listReportFiles(directory).slice(0, -MAX_REPORTS))
    rmSync(join(directory, old), { force: true });
}
