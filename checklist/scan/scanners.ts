import type { ScanResult } from "../records/scan-record.ts";

type Counts = Extract<ScanResult, { status: "scanned" }>["counts"];

/** A vulnerability that a scanner reported. */
export interface Vulnerability {
  readonly id: string;
  readonly package: string;
  readonly severity: keyof Counts;
}

/** How a scanner is run and read. Each is a program on the PATH; npm comes with Node. */
export interface Scanner {
  readonly name: string;
  readonly kind: ScanResult["kind"];
  /** @param subject a lockfile, or the reference of an image */
  readonly args: (subject: string) => readonly string[];
  /** Exit codes of a completed scan; several scanners use 1 for "found some". */
  readonly completed: readonly number[];
  /** Parses the report. @throws if it is another format */
  readonly parse: (report: unknown) => readonly Vulnerability[];
}

const SEVERITIES: Readonly<Record<string, keyof Counts>> = {
  critical: "critical",
  high: "high",
  moderate: "medium",
  medium: "medium",
  low: "low",
  info: "low",
  negligible: "low",
};

function severityOf(text: unknown): keyof Counts {
  return SEVERITIES[String(text).toLowerCase()] ?? "unknown";
}

const list = (value: unknown): readonly Readonly<Record<string, unknown>>[] => {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new TypeError("a list was expected");
  return value;
};

const record = (value: unknown): Readonly<Record<string, unknown>> => {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new TypeError("an object was expected");
  return value as Readonly<Record<string, unknown>>;
};

/** `npm audit --json` (report version 2): one entry per vulnerable package; `via` has the advisories. */
function parseNpmAudit(report: unknown): readonly Vulnerability[] {
  const { vulnerabilities, auditReportVersion } = record(report);
  if (auditReportVersion !== 2) throw new TypeError("report version 2 was expected");
  return Object.values(record(vulnerabilities)).flatMap((entry) => {
    const { name, via } = record(entry);
    return list(via)
      .filter((one) => typeof one === "object")
      .map((advisory) => ({
        id: String(advisory.url ?? advisory.source),
        package: String(name),
        severity: severityOf(advisory.severity),
      }));
  });
}

function parseOsv(report: unknown): readonly Vulnerability[] {
  return list(record(report).results).flatMap(({ packages }) =>
    list(packages).flatMap((entry) => {
      const { name, version } = record(entry.package);
      return list(entry.vulnerabilities).map((one) => ({
        id: String(one.id),
        package: `${name} ${version}`,
        severity: severityOf(record(one.database_specific ?? {}).severity),
      }));
    }),
  );
}

function parseTrivy(report: unknown): readonly Vulnerability[] {
  if (record(report).SchemaVersion !== 2) throw new TypeError("schema version 2 was expected");
  return list(record(report).Results).flatMap(({ Vulnerabilities }) =>
    list(Vulnerabilities).map((one) => ({
      id: String(one.VulnerabilityID),
      package: `${one.PkgName} ${one.InstalledVersion}`,
      severity: severityOf(one.Severity),
    })),
  );
}

function parseGrype(report: unknown): readonly Vulnerability[] {
  const { matches } = record(report);
  if (matches === undefined) throw new TypeError("matches were expected");
  return list(matches).map((match) => {
    const { id, severity } = record(match.vulnerability);
    const { name, version } = record(match.artifact);
    return { id: String(id), package: `${name} ${version}`, severity: severityOf(severity) };
  });
}

/** The scanners, in the order in which they are preferred for a kind of subject. */
export const SCANNERS: readonly Scanner[] = [
  {
    name: "osv-scanner",
    kind: "dependencies",
    args: (lockfile) => ["scan", "source", "--format", "json", "--lockfile", lockfile],
    completed: [0, 1],
    parse: parseOsv,
  },
  {
    name: "trivy",
    kind: "dependencies",
    args: (lockfile) => ["fs", "--format", "json", "--quiet", "--scanners", "vuln", lockfile],
    completed: [0],
    parse: parseTrivy,
  },
  {
    name: "grype",
    kind: "dependencies",
    args: (lockfile) => [`file:${lockfile}`, "--output", "json", "--quiet"],
    completed: [0],
    parse: parseGrype,
  },
  {
    name: "npm",
    kind: "dependencies",
    args: () => ["audit", "--json", "--omit", "dev"],
    completed: [0, 1],
    parse: parseNpmAudit,
  },
  {
    name: "trivy",
    kind: "image",
    args: (image) => ["image", "--format", "json", "--quiet", "--scanners", "vuln", image],
    completed: [0],
    parse: parseTrivy,
  },
  {
    name: "grype",
    kind: "image",
    args: (image) => [`registry:${image}`, "--output", "json", "--quiet"],
    completed: [0],
    parse: parseGrype,
  },
];
