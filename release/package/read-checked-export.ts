import { OperationError } from "../../operations/errors.ts";
import { checkExport } from "../exports/check-export.ts";
import type { ExportReport } from "../exports/export-report.ts";
import { listExportFiles } from "../exports/list-export-files.ts";
import { readPackKey } from "../exports/read-pack-key.ts";

/** A Godot export that passed its checks. */
export interface CheckedExport {
  /** Relative to the directory, sorted. */
  readonly files: readonly string[];
  /** The report as JSON. It has no time and no path, so that the same export gives the same bytes. */
  readonly report: string;
}

/**
 * Checks a Godot export and lists its files.
 * @throws OperationError if a check failed or could not be made; InputError if the directory cannot be read.
 */
export async function readCheckedExport(
  directory: string,
  onProgress: (file: string) => void,
): Promise<CheckedExport> {
  const report = await checkExport(directory, { key: readPackKey(process.env), onProgress });
  rejectFailedExport(report);
  const { schema, verdict, servers, checks } = report;
  return {
    files: listExportFiles(directory).map(({ path }) => path),
    report: `${JSON.stringify({ schema, verdict, servers, checks }, undefined, 2)}\n`,
  };
}

function rejectFailedExport({ verdict, checks, directory }: ExportReport): void {
  if (verdict === "passed") return;
  const problems = checks
    .filter(({ status }) => status === "failed" || status === "unproven")
    .flatMap(({ title, detail, problems: found }) =>
      found.length > 0
        ? found
        : [
            {
              subject: title,
              rule: `is not proven (${detail})`,
              remedy: `See: spacetime-vr release check ${directory}`,
            },
          ],
    );
  throw new OperationError(1, problems, "The export must not be shipped:");
}
