/** The directories of a package, from the product's delivery summary. Each contains at least one file. */
export const PACKAGE_DIRECTORIES = [
  "bin",
  "binaries",
  "config/production",
  "config/staging",
  "config/development",
  "scripts/deployment",
  "scripts/maintenance",
  "scripts/migration",
  "kubernetes/base",
  "kubernetes/overlays/production",
  "kubernetes/overlays/staging",
  "monitoring/prometheus",
  "monitoring/grafana",
  "monitoring/alertmanager",
  "docs",
  "tests/smoke",
  "tests/integration",
  "tests/performance",
  "security/certificates",
  "security/policies",
  "security/reports",
] as const;

/** The Helm chart; Helm expects that the directory has the chart's name. */
export const CHART_DIRECTORY = "kubernetes/helm/spacetime-vr";

/** Files that a receiver or a script looks for by name. */
export const REQUIRED_FILES = [
  "README.md",
  "DEPLOYMENT_CHECKLIST.md",
  "LICENSE",
  "VERSION",
  "MANIFEST.json",
  "SHA256SUMS",
  "bin/spacetime-vr.mjs",
  "config/nginx.conf",
  "kubernetes/images.txt",
  `${CHART_DIRECTORY}/Chart.yaml`,
  `${CHART_DIRECTORY}/values.yaml`,
  `${CHART_DIRECTORY}/values.schema.json`,
  "scripts/deployment/deploy.sh",
  "scripts/deployment/generate_secrets.sh",
  "scripts/deployment/rollback.sh",
  "scripts/deployment/setup_monitoring.sh",
  "scripts/maintenance/backup.sh",
  "scripts/maintenance/restore.sh",
  "scripts/maintenance/health_check.sh",
  "scripts/setup_env.sh",
  "security/sbom.cdx.json",
  "security/THIRD_PARTY_NOTICES.txt",
  "tests/smoke/smoke_test.sh",
] as const;

/** Written after the others, because they contain digests of them. */
export const SBOM_FILE = "security/sbom.cdx.json";

export const MANIFEST_FILE = "MANIFEST.json";
export const CHECKSUMS_FILE = "SHA256SUMS";

/** The name of a package's root directory and of its archives without extension. */
export function packageName(version: string): string {
  return `spacetime-vr-v${version}`;
}

/** A semantic version without build metadata (semver.org), because the version is part of file names. */
export function isReleaseVersion(text: string): boolean {
  return /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/.test(text);
}

/** What a package lacks: directories without a file, and required files. */
export function findMissingPaths(paths: readonly string[]): string[] {
  const present = new Set(paths);
  return [
    ...PACKAGE_DIRECTORIES.filter((directory) => !paths.some((path) => path.startsWith(`${directory}/`))).map(
      (directory) => `${directory}/`,
    ),
    ...REQUIRED_FILES.filter((file) => !present.has(file)),
  ];
}
