import type { probeNamesBySuite } from "../../../checklist/check-names.ts";
import type { ChecklistFacts, RepositoryFacts, StaticFacts } from "../../../checklist/evaluation/facts.ts";
import { REGISTRY } from "../../../checklist/evaluation/registry.ts";
import { conditionsOf } from "../../../checklist/facts/conditions.ts";
import { bindingOf } from "../../../checklist/facts/gather-facts.ts";
import type { GateRecord } from "../../../checklist/records/gate-record.ts";
import type { ReleaseRecord } from "../../../checklist/records/release-record.ts";
import type { ScanRecord } from "../../../checklist/records/scan-record.ts";
import { plannedAlerts } from "../../../checklist/static-checks/repository-checks.ts";
import { validateConfig } from "../../../components/config/checks/index.ts";
import { parseConfig } from "../../../components/config/load-config.ts";
import program from "../../../index.ts";
import { serializeGolden } from "../../../plan/golden.ts";
import type { Plan } from "../../../plan/plan.ts";
import { planEnvironment } from "../../../plan/plan-environment.ts";
import { evaluatePlan } from "../../../policy/evaluate.ts";
import { loadPolicyConfig } from "../../../policy/load-config.ts";
import type { Verdict } from "../../../probes/check.ts";
import type { SuiteReport } from "../../../probes/report/suite-report.ts";
import { plannedImages } from "../../../probes/target/external-addresses.ts";
import { filledRawConfig } from "../../support/filled-config.ts";

export const NOW = new Date("2026-11-28T12:00:00Z");
export const COMMIT = "a".repeat(40);

const gate: GateRecord = {
  version: 1,
  commit: COMMIT,
  dirty: false,
  finishedAt: "2026-11-28T10:00:00Z",
  check: { passed: 5, failed: 0 },
  suites: [
    "test/plan/plan.test.ts",
    "test/e2e/up.test.ts",
    "test/monitoring/rules/promtool.test.ts",
    "test/monitoring/routes.test.ts",
    "test/monitoring/dashboards/metric-coverage.test.ts",
  ].map((file) => ({ file, passed: 3, failed: 0, skipped: 0 })),
};

const release: ReleaseRecord = {
  version: 1,
  release: "2.5.0",
  payloadDigest: "c0ffee".repeat(10).concat("abcd"),
  checkedAt: "2026-11-28T10:00:00Z",
  checks: REGISTRY.staticChecks
    .filter(({ name }) => name.startsWith("release/"))
    .map(({ name, finding }) => ({
      name,
      ...(finding === undefined ? {} : { finding }),
      subjects: 1,
      problems: [],
    })),
};

const LOCKFILE = "1".repeat(64);

/** A scan of the dependencies and of every image that found nothing. */
function scanOf({ resources }: Plan): ScanRecord {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 };
  const subjects = [
    { kind: "dependencies", subject: "package-lock.json" } as const,
    ...plannedImages(resources.map(({ inputs }) => inputs)).map(
      (subject) => ({ kind: "image", subject }) as const,
    ),
  ];
  return {
    version: 1,
    scannedAt: "2026-11-28T09:00:00Z",
    lockfile: LOCKFILE,
    results: subjects.map((one) => ({ ...one, status: "scanned", scanner: "trivy", counts, findings: [] })),
  };
}

/** Runbook pages with a heading for every alert of a plan. */
function runbooks(plan: Plan): ReadonlyMap<string, string> {
  const pages = new Map<string, string>();
  for (const { name, url } of plannedAlerts(plan)) {
    const page = `docs/runbooks/${/\/([^/#.]+)(\.md)?#/.exec(url)?.[1]}.md`;
    pages.set(page, `${pages.get(page) ?? "# Page\n\nSee [this](#page).\n"}\n## ${name}\n`);
  }
  return pages;
}

function repositoryOf(plan: Plan): RepositoryFacts {
  const documents = runbooks(plan);
  return {
    commit: COMMIT,
    changed: [],
    tracked: ["Pulumi.yaml", "Pulumi.production.yaml", "policy/config.yaml", ...documents.keys()],
    ignored: [{ path: ".env", mode: 0o600 }],
    logSamples: [{ path: "server.log", ignored: true }],
    documents,
  };
}

let cached: Promise<ChecklistFacts> | undefined;

/** A production environment, filled in and checked, in which every static check passes and nothing else is known. */
export function knownGoodFacts(): Promise<ChecklistFacts> {
  cached ??= createFacts();
  return cached;
}

async function createFacts(): Promise<ChecklistFacts> {
  const raw = filledRawConfig("production", (values) => {
    values.gameServer.variables = {
      ...values.gameServer.variables,
      GODOT_FEATURE_WEBHOOK_ROUTER: true,
      GODOT_FEATURE_JOB_ROUTER: true,
    };
  });
  const config = parseConfig(raw);
  const plan = await planEnvironment(program, raw);
  const facts: StaticFacts = {
    environment: "production",
    now: NOW,
    plan,
    config,
    raw,
    validation: validateConfig(config),
    golden: serializeGolden(plan),
    repository: repositoryOf(plan),
    gate,
    release,
    scan: scanOf(plan),
    lockfileDigest: LOCKFILE,
    schema: { version: 2, worksBackTo: 1, previous: 1 },
    evidence: [],
  };
  return {
    environment: "production",
    now: NOW,
    binding: bindingOf(plan, config, release),
    update: undefined,
    conditions: conditionsOf(config, { people: [], escalation: [] }, true),
    processes: false,
    policy: evaluatePlan(plan, loadPolicyConfig(process.cwd()), { purpose: "deploy", today: NOW }),
    static: facts,
    live: [],
    drills: { records: [], problems: [] },
    stagingDrills: { records: [], problems: [] },
    signOffs: [],
    waivers: [],
    recordProblems: [],
  };
}

/** A report of a suite in which every declared finding has the same verdict. */
export function suiteReport(
  suite: keyof typeof probeNamesBySuite,
  verdict: Verdict,
  change: Partial<SuiteReport> = {},
): SuiteReport {
  const checks = REGISTRY.liveChecks
    .filter(({ id }) => id.startsWith(`${suite}/`))
    .map(({ id, findings }) => ({
      id,
      name: id.slice(suite.length + 1),
      title: "A check passes.",
      verdict,
      findings: Object.fromEntries(findings.map((finding) => [finding, verdict])),
      measured: {},
      durationMs: 1,
    }));
  return {
    version: 1,
    suite: suite as SuiteReport["suite"],
    target: "production",
    url: "https://play.spacetime-vr.com",
    environment: "production",
    started: "2026-11-28T11:00:00.000Z",
    durationMs: 10,
    verdict: verdict.outcome === "pass" ? "successful" : "failed",
    passed: checks.length,
    failed: 0,
    notApplicable: 0,
    checks,
    ...change,
  };
}

export const PASS: Verdict = { outcome: "pass" };
export const FAIL: Verdict = {
  outcome: "fail",
  reason: "It is broken.",
  expected: "whole",
  seen: "broken",
  remedy: "Fix it.",
};
export const NOT_APPLICABLE: Verdict = { outcome: "not-applicable", reason: "there is no source" };
