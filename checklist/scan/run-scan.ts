import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { errorCode } from "../../components/shared/error-code.ts";
import { sha256 } from "../../components/shared/sha256.ts";
import type { ScanRecord, ScanResult } from "../records/scan-record.ts";
import { SCANNERS, type Scanner, type Vulnerability } from "./scanners.ts";

export interface ScanOptions {
  /** The directory of package-lock.json. */
  readonly directory: string;
  readonly images: readonly string[];
  readonly now: Date;
  readonly progress?: (activity: string) => void;
  /** Replaced in tests. @default all of them */
  readonly scanners?: readonly Scanner[];
  /** The search path of the scanners. */
  readonly path?: string;
}

const LOCKFILE = "package-lock.json";

/** A first scan downloads a database of some hundred megabytes. */
const TIMEOUT_MS = 300_000;

/** Scans the dependencies and every image with the first scanner that completes; without one, a subject is unproven. */
export function runScan(options: ScanOptions): ScanRecord {
  const { directory, images, now, progress } = options;
  const lockfile = join(directory, LOCKFILE);
  const subjects = [
    { kind: "dependencies", subject: lockfile, name: LOCKFILE } as const,
    ...images.map((image) => ({ kind: "image", subject: image, name: image }) as const),
  ];
  const results = subjects.map(({ kind, subject, name }) => {
    progress?.(`scanning ${name}`);
    return { ...scanSubject(kind, subject, options), subject: name };
  });
  return {
    version: 1,
    scannedAt: now.toISOString(),
    lockfile: sha256(readFileSync(lockfile)),
    results,
  };
}

function scanSubject(
  kind: ScanResult["kind"],
  subject: string,
  { scanners = SCANNERS, path = process.env.PATH ?? "" }: ScanOptions,
): ScanResult {
  const candidates = scanners.filter((one) => one.kind === kind);
  const reasons: string[] = [];
  for (const scanner of candidates) {
    const found = runScanner(scanner, subject, path);
    if (typeof found !== "string")
      return { kind, subject, status: "scanned", scanner: scanner.name, ...found };
    reasons.push(found);
  }
  return { kind, subject, status: "unproven", reason: reasons.join("; ") };
}

/** Runs a scanner; a text says why there is no result. */
function runScanner(
  { name, args, completed, parse }: Scanner,
  subject: string,
  path: string,
): Pick<Extract<ScanResult, { status: "scanned" }>, "counts" | "findings"> | string {
  const run = spawnSync(name, args(subject), {
    encoding: "utf8",
    timeout: TIMEOUT_MS,
    maxBuffer: 256 * 2 ** 20,
    // npm reads the lockfile of its working directory.
    ...(subject.endsWith(LOCKFILE) ? { cwd: dirname(subject) } : {}),
    env: { ...process.env, PATH: path },
    shell: process.platform === "win32" && name === "npm",
  });
  if (errorCode(run.error) === "ENOENT") return `${name} is not installed`;
  if (run.error !== undefined) return `${name}: ${errorCode(run.error) ?? run.error.message}`;
  try {
    if (run.status === null || !completed.includes(run.status)) throw new Error(`exit code ${run.status}`);
    return summarize(parse(JSON.parse(run.stdout)));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return `${name} failed: ${(errorLine(run.stderr) ?? message).slice(0, 200)}`;
  }
}

/** The line that says why a scanner failed; npm's last one only names its log. */
function errorLine(stderr: string): string | undefined {
  const lines = stderr.split("\n").map((line) => line.trim());
  return (
    lines.find(
      (line) => /error|fatal|denied|not allowed|failed/i.test(line) && !/complete log/i.test(line),
    ) ?? lines.find((line) => line !== "")
  );
}

function summarize(found: readonly Vulnerability[]) {
  const count = (severity: Vulnerability["severity"]): number =>
    found.filter((one) => one.severity === severity).length;
  const severe = found.filter(({ severity }) => severity === "critical" || severity === "high");
  return {
    counts: {
      critical: count("critical"),
      high: count("high"),
      medium: count("medium"),
      low: count("low"),
      unknown: count("unknown"),
    },
    findings: [...new Set(severe.map((one) => `${one.severity}: ${one.id} in ${one.package}`))],
  };
}
