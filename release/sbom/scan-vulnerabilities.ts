import { spawnSync } from "node:child_process";
import { findProgram } from "../../operations/find-program.ts";

/** The report of a vulnerability scanner about a bill of materials. `unproven`: it could not be made. */
export type VulnerabilityReport =
  | {
      readonly verdict: "scanned";
      readonly scanner: string;
      readonly report: unknown;
      readonly findings: number;
    }
  | { readonly verdict: "unproven"; readonly reason: string };

interface Scanner {
  readonly name: string;
  readonly args: (sbom: string) => readonly string[];
  readonly count: (report: unknown) => number;
}

interface TrivyReport {
  readonly Results?: readonly { readonly Vulnerabilities?: readonly unknown[] }[];
}

interface GrypeReport {
  readonly matches?: readonly unknown[];
}

const SCANNERS: readonly Scanner[] = [
  {
    name: "trivy",
    args: (sbom) => ["sbom", "--format", "json", "--quiet", sbom],
    count: (report) =>
      ((report as TrivyReport).Results ?? []).reduce(
        (sum, result) => sum + (result.Vulnerabilities?.length ?? 0),
        0,
      ),
  },
  {
    name: "grype",
    args: (sbom) => [`sbom:${sbom}`, "--output", "json", "--quiet"],
    count: (report) => (report as GrypeReport).matches?.length ?? 0,
  },
];

const TIMEOUT_MS = 300_000;

/** Scans a bill of materials with the first scanner on the search path. Without one, or without its database, the result is unproven. */
export function scanVulnerabilities(
  sbomFile: string,
  searchPath = process.env.PATH ?? "",
): VulnerabilityReport {
  for (const scanner of SCANNERS) {
    const program = findProgram(scanner.name, searchPath);
    if (program !== undefined) return runScanner(scanner, program, sbomFile);
  }
  return { verdict: "unproven", reason: "neither trivy nor grype is on the PATH" };
}

function runScanner({ name, args, count }: Scanner, program: string, sbom: string): VulnerabilityReport {
  const result = spawnSync(program, args(sbom), {
    encoding: "utf8",
    timeout: TIMEOUT_MS,
    maxBuffer: 256 * 1024 * 1024,
  });
  if (result.status !== 0) {
    const reason = result.stderr?.trim().split("\n").at(-1) ?? "";
    return { verdict: "unproven", reason: `${name} failed: ${reason === "" ? "no message" : reason}` };
  }
  try {
    const report: unknown = JSON.parse(result.stdout);
    return { verdict: "scanned", scanner: name, report, findings: count(report) };
  } catch {
    return { verdict: "unproven", reason: `${name} printed no JSON` };
  }
}
