import { plannedImages } from "../../probes/target/external-addresses.ts";
import type { ScanRecord, ScanResult } from "../records/scan-record.ts";
import { checked, missing, type StaticCheck, type StaticOutcome } from "./static-check.ts";

/** Databases of vulnerabilities change daily; an older scan does not know the newest ones. */
const MAX_AGE_DAYS = 7;

const DAY_MS = 86_400_000;

const NO_SCAN = "No scan is recorded: run `npm run checklist -- scan <environment>`.";

/** Judges the scans of the subjects: each must be scanned and have no critical or high vulnerability. */
function judgeScans(results: readonly ScanResult[]): StaticOutcome {
  const problems = results.flatMap((one) =>
    one.status === "scanned" ? one.findings.map((finding) => `${one.subject}: ${finding}`) : [],
  );
  const open = results.find((one) => one.status === "unproven");
  // A known vulnerability is a failure even if another subject could not be scanned.
  if (problems.length === 0 && open?.status === "unproven")
    return missing(`${open.subject} was not scanned: ${open.reason}.`);
  const scanners = new Set(results.flatMap((one) => (one.status === "scanned" ? [one.scanner] : [])));
  return checked(results.length, problems, `${results.length} scanned by ${[...scanners].join(", ")}`);
}

function isOutdated({ scannedAt }: ScanRecord, now: Date): boolean {
  return now.getTime() - Date.parse(scannedAt) > MAX_AGE_DAYS * DAY_MS;
}

/** Checks of the scans for known vulnerabilities. */
export const SCAN_CHECKS: readonly StaticCheck[] = [
  {
    name: "scan/dependencies",
    run: ({ scan, lockfileDigest, now }) => {
      if (scan === undefined) return missing(NO_SCAN);
      if (scan.lockfile !== lockfileDigest) return missing("The last scan was of another package-lock.json.");
      if (isOutdated(scan, now)) return missing(`The last scan is older than ${MAX_AGE_DAYS} days.`);
      return judgeScans(scan.results.filter(({ kind }) => kind === "dependencies"));
    },
  },
  {
    name: "scan/images",
    run: ({ scan, plan, now }) => {
      if (scan === undefined) return missing(NO_SCAN);
      if (isOutdated(scan, now)) return missing(`The last scan is older than ${MAX_AGE_DAYS} days.`);
      const images = plannedImages(plan.resources.map(({ inputs }) => inputs));
      const results = images.map((image) =>
        scan.results.find(({ kind, subject }) => kind === "image" && subject === image),
      );
      const unknown = images.filter((_, index) => results[index] === undefined);
      if (unknown.length > 0) return missing(`${unknown[0]} was not part of the last scan.`);
      return judgeScans(results.flatMap((one) => one ?? []));
    },
  },
];
