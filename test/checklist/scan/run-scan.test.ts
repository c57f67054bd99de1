import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { scanRecordSchema } from "../../../checklist/records/scan-record.ts";
import { runScan } from "../../../checklist/scan/run-scan.ts";

const IMAGE = "docker.io/library/nginx:1";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "scan-"));
  writeFileSync(join(directory, "package-lock.json"), "{}");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Installs a scanner that prints a report and ends with an exit code. */
function install(name: string, report: unknown, exitCode = 0): void {
  const file = join(directory, name);
  const text = JSON.stringify(typeof report === "string" ? report : JSON.stringify(report));
  const output = exitCode > 1 ? "stderr" : "stdout";
  writeFileSync(
    file,
    `#!${process.execPath}\nprocess.${output}.write(${text}, () => process.exit(${exitCode}));\n`,
  );
  chmodSync(file, 0o755);
}

/** Only the installed scanners are on the path. */
const scan = (images: readonly string[] = []) =>
  runScan({ directory, images, now: new Date("2026-11-28T12:00:00Z"), path: directory });

const TRIVY = {
  SchemaVersion: 2,
  Results: [
    {
      Vulnerabilities: [
        { VulnerabilityID: "CVE-2026-1", PkgName: "openssl", InstalledVersion: "3.5.0", Severity: "HIGH" },
        { VulnerabilityID: "CVE-2026-2", PkgName: "zlib", InstalledVersion: "1.3", Severity: "MEDIUM" },
      ],
    },
    {},
  ],
};

const FOUND = { counts: { critical: 0, high: 1, medium: 1, low: 0, unknown: 0 } };

describe("a vulnerability of the dependencies is found", () => {
  test("by npm audit, which ends with 1 then", () => {
    const advisory = (severity: string, url: string) => ({ source: 1, severity, url });
    const vulnerabilities = {
      ws: { name: "ws", via: [advisory("high", "https://github.com/advisories/GHSA-1")] },
      // An entry without advisories of its own depends on the one above.
      client: { name: "client", via: ["ws"] },
      tar: { name: "tar", via: [advisory("moderate", "https://github.com/advisories/GHSA-2")] },
    };
    install("npm", { auditReportVersion: 2, vulnerabilities }, 1);
    expect(scan().results).toEqual([
      {
        kind: "dependencies",
        subject: "package-lock.json",
        status: "scanned",
        scanner: "npm",
        ...FOUND,
        findings: ["high: https://github.com/advisories/GHSA-1 in ws"],
      },
    ]);
  });

  test("by osv-scanner, which is preferred", () => {
    install("npm", { auditReportVersion: 2, vulnerabilities: {} });
    const vulnerabilities = [
      { id: "GHSA-1", database_specific: { severity: "HIGH" } },
      { id: "GHSA-2", database_specific: { severity: "MODERATE" } },
    ];
    install(
      "osv-scanner",
      { results: [{ packages: [{ package: { name: "ws", version: "1.0.0" }, vulnerabilities }] }] },
      1,
    );
    expect(scan().results).toMatchObject([
      { scanner: "osv-scanner", ...FOUND, findings: ["high: GHSA-1 in ws 1.0.0"] },
    ]);
  });
});

test("trivy and grype scan images too", () => {
  install("trivy", TRIVY);
  expect(scan([IMAGE]).results[1]).toMatchObject({
    subject: IMAGE,
    scanner: "trivy",
    ...FOUND,
    findings: ["high: CVE-2026-1 in openssl 3.5.0"],
  });
  rmSync(join(directory, "trivy"));
  const artifact = { name: "openssl", version: "3.5.0" };
  install("grype", { matches: [{ vulnerability: { id: "CVE-2026-1", severity: "Critical" }, artifact }] });
  expect(scan([IMAGE]).results[1]).toMatchObject({
    scanner: "grype",
    findings: ["critical: CVE-2026-1 in openssl 3.5.0"],
  });
});

describe("what was not scanned is unproven, with the reason", () => {
  test("without a scanner", () => {
    const { results } = scan([IMAGE]);
    expect(results.map(({ status }) => status)).toEqual(["unproven", "unproven"]);
    expect(results[1]).toMatchObject({ reason: "trivy is not installed; grype is not installed" });
  });

  test.each([
    [
      "a scanner without its database",
      "trivy",
      "FATAL failed to download the database",
      2,
      /download the database/,
    ],
    ["a scanner that prints another format", "trivy", { SchemaVersion: 9 }, 0, /schema version 2/],
    ["a scanner that prints no JSON", "trivy", "hello", 0, /JSON/],
    ["an npm without network", "npm", { error: { code: "ENOTFOUND" } }, 1, /report version 2/],
    ["a grype without matches", "grype", {}, 0, /matches/],
  ])("%s", (_, name, report, exitCode, reason) => {
    install(name, report, exitCode);
    expect(scan().results[0]).toMatchObject({ status: "unproven", reason: expect.stringMatching(reason) });
  });

  test("a scanner that fails does not prevent the next one", () => {
    install("trivy", "no database", 2);
    install("npm", { auditReportVersion: 2, vulnerabilities: {} });
    expect(scan().results[0]).toMatchObject({ status: "scanned", scanner: "npm", findings: [] });
  });
});

test("the record is valid and names the lockfile", () => {
  expect(scanRecordSchema.parse(scan([IMAGE]))).toMatchObject({
    lockfile: "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    scannedAt: "2026-11-28T12:00:00.000Z",
  });
});
