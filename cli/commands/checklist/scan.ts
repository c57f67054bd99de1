import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { SCAN_RECORD, type ScanRecord, type ScanResult } from "../../../checklist/records/scan-record.ts";
import { runScan } from "../../../checklist/scan/run-scan.ts";
import { parseEnvironment } from "../../../components/config/parse-environment.ts";
import { writeAtomically } from "../../../components/shared/write-atomically.ts";
import { createPaint, type Paint } from "../../../plan/format.ts";
import { plannedImages } from "../../../probes/target/external-addresses.ts";
import { formatJson } from "../../output.ts";
import { planObjects } from "../plan-objects.ts";
import type { ChecklistContext } from "./evaluate.ts";

export interface ScanOptions {
  readonly json?: true;
}

/** `checklist scan`: scans, prints and records the results. */
export async function scan(name: string, options: ScanOptions, context: ChecklistContext): Promise<void> {
  const { directory, output, now } = context;
  const environment = parseEnvironment(name);
  const images = plannedImages(await planObjects(environment, directory, output));
  const record = runScan({
    directory,
    images: [...images].sort(),
    now: now?.() ?? new Date(),
    progress: output.progress,
  });
  if (options.json === true) output.result(formatJson(record));
  else output.result(scanText(record, createPaint(output.style)));
  if (record.results.some((one) => one.status === "scanned" && one.findings.length > 0)) process.exitCode = 1;
  writeRecord(join(directory, SCAN_RECORD), record);
}

function writeRecord(path: string, record: ScanRecord): void {
  mkdirSync(dirname(path), { recursive: true });
  writeAtomically(path, (temporaryPath) =>
    writeFileSync(temporaryPath, formatJson(record), { flag: "wx", mode: 0o600 }),
  );
}

function scanText({ results }: ScanRecord, paint: Paint): string {
  const unproven = results.filter(({ status }) => status === "unproven").length;
  return [
    ...results.flatMap((one) => resultLines(one, paint)),
    `${results.length - unproven} scanned, ${unproven} unproven`,
    "",
  ].join("\n");
}

function resultLines(result: ScanResult, paint: Paint): string[] {
  const { subject } = result;
  if (result.status === "unproven") return [`${paint("yellow", "unproven")}  ${subject}: ${result.reason}`];
  const counts = Object.entries(result.counts).map(([severity, count]) => `${count} ${severity}`);
  const mark = result.findings.length === 0 ? paint("green", "pass    ") : paint("red", "FAIL    ");
  return [
    `${mark}  ${subject}: ${counts.join(", ")} (${result.scanner})`,
    ...result.findings.map((finding) => `            - ${finding}`),
  ];
}
