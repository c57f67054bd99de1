import type { StaticFacts } from "../../../checklist/evaluation/facts.ts";
import type { ItemResult } from "../../../checklist/evaluation/verdict.ts";
import { validateConfig } from "../../../components/config/checks/index.ts";
import type { Config } from "../../../components/config/config.ts";
import { parseConfig } from "../../../components/config/load-config.ts";
import { filledRawConfig, useExistingCluster, type Values } from "../../support/filled-config.ts";
import { COMMIT } from "./facts.ts";

/** Facts and earlier verdicts with one fault. */
interface BadFacts {
  readonly facts: StaticFacts;
  readonly earlier: readonly ItemResult[];
}

type Spoil = (facts: StaticFacts, earlier: readonly ItemResult[]) => BadFacts;

const change =
  (spoil: (facts: StaticFacts) => Partial<StaticFacts>): Spoil =>
  (facts, earlier) => ({ facts: { ...facts, ...spoil(facts) }, earlier });

/** The facts of a stack file with a fault that `config validate` finds. */
const badConfig = (spoil: (values: Values) => void): Spoil =>
  change(() => {
    const raw = filledRawConfig("production", spoil);
    const config = parseConfig(raw);
    return { raw, config, validation: validateConfig(config) };
  });

const badVariable = (name: string, value: string): Spoil =>
  change(({ config }) => {
    const variable = config?.variables.get(name);
    if (config === undefined || variable?.kind !== "plain") throw new Error(`${name} is no plain variable.`);
    const changed: Config = {
      ...config,
      variables: new Map([...config.variables, [name, { ...variable, value }]]),
    };
    return { config: changed, validation: validateConfig(changed) };
  });

const badRepository = (spoil: Partial<NonNullable<StaticFacts["repository"]>>): Spoil =>
  change(({ repository }) => {
    if (repository === undefined) throw new Error("The facts have no repository.");
    return { repository: { ...repository, ...spoil } };
  });

const badSuite = (pattern: string, spoil: { failed?: number; skipped?: number }): Spoil =>
  change(({ gate }) => {
    if (gate === undefined) throw new Error("The facts have no gate.");
    const suites = gate.suites.map((suite) =>
      suite.file.includes(pattern) ? { ...suite, ...spoil } : suite,
    );
    return { gate: { ...gate, suites } };
  });

const badRelease = (name: string, finding?: string): Spoil =>
  change(({ release }) => {
    if (release === undefined) throw new Error("The facts have no release.");
    const checks = release.checks.map((check) =>
      check.name === name && check.finding === finding ? { ...check, problems: ["It is broken."] } : check,
    );
    return { release: { ...release, checks } };
  });

const badScan = (kind: "dependencies" | "image"): Spoil =>
  change(({ scan }) => {
    if (scan === undefined) throw new Error("The facts have no scan.");
    const results = scan.results.map((one) =>
      one.kind === kind && one.status === "scanned" ? { ...one, findings: ["high: CVE-2026-1 in a 1"] } : one,
    );
    return { scan: { ...scan, results } };
  });

const failedItem: Spoil = (facts, earlier) => ({
  facts,
  earlier: earlier.map((result) =>
    result.item.id === "pre.configuration.owner-values" ? { ...result, verdict: "fail" } : result,
  ),
});

const NO_TITLE = "# Page\n";

/** A fault for each static check and finding, which must make it fail. */
export const KNOWN_BAD: Readonly<Record<string, Spoil>> = {
  "config/schema": change(() => ({ config: undefined })),
  "config/variables-complete": change(({ plan }) => ({
    plan: { ...plan, resources: plan.resources.filter(({ name }) => name !== "game-server-environment") },
  })),
  "config/variables-valid": badVariable("GODOT_HTTP_PORT", "eighty"),
  "config/no-placeholders": badConfig((values) => {
    values.certificates.email = "changeme@spacetime-vr.com";
  }),
  "config/no-example-values": badConfig((values) => {
    values.certificates.email = "operations@example.com";
  }),
  "config/alternatives": badVariable("GODOT_DISCOVERY_ENABLED", "false"),
  "config/ports": badVariable("GODOT_TELEMETRY_PORT", "8080"),
  "config/debug-flags": badVariable("GODOT_DEBUG_ADAPTERS_ENABLED", "true"),
  "config/feature-flags": badVariable("GODOT_AUTOLOADS", "OnlyOne"),
  "config/feature-flags second-phase": badVariable("GODOT_FEATURE_JOB_ROUTER", "false"),
  "config/database-connections": badConfig((values) => {
    useExistingCluster(values);
    values.gameServer.variables = { ...values.gameServer.variables, GODOT_DATABASE_POOL_SIZE: 50 };
  }),
  "repository/no-log-files": badRepository({ tracked: ["logs/server.log"] }),
  "repository/ignore-rules log-files": badRepository({
    logSamples: [{ path: "server.log", ignored: false }],
  }),
  "repository/secret-files": badRepository({ ignored: [{ path: ".env", mode: 0o644 }] }),
  "repository/secret-config": change(({ raw }) => {
    if (raw === undefined) throw new Error("The facts have no stack file.");
    return { raw: { ...raw, values: { ...raw.values, smtpPassword: "plain" } } };
  }),
  "repository/committed clean": badRepository({ changed: ["index.ts"] }),
  "repository/committed configuration": badRepository({ changed: ["Pulumi.production.yaml"] }),
  "repository/golden-plans": change(() => ({ golden: undefined })),
  "repository/runbooks": badRepository({ documents: new Map([["docs/runbooks/redis.md", NO_TITLE]]) }),
  "repository/schema-compatibility": change(() => ({ schema: { version: 3, worksBackTo: 3, previous: 2 } })),
  "repository/documentation": badRepository({ documents: new Map([["README.md", "[a](docs/none.md)\n"]]) }),
  "repository/tests": badSuite("test/plan", { failed: 1 }),
  "repository/tests none-skipped": badSuite("test/plan", { skipped: 1 }),
  "repository/check": change(({ gate }) => {
    if (gate === undefined) throw new Error("The facts have no gate.");
    return { gate: { ...gate, check: { passed: 4, failed: 1 } } };
  }),
  "repository/e2e": badSuite("test/e2e", { failed: 1 }),
  "repository/alert-tests": badSuite("promtool", { skipped: 1 }),
  "repository/route-tests": badSuite("routes", { failed: 2 }),
  "repository/panel-metrics": badSuite("metric-coverage", { failed: 1 }),
  "release/executable": badRelease("release/executable"),
  "release/size": badRelease("release/size"),
  "release/export-metadata version": badRelease("release/export-metadata", "version"),
  "release/export-metadata company": badRelease("release/export-metadata", "company"),
  "release/export-metadata product": badRelease("release/export-metadata", "product"),
  "release/export-metadata description": badRelease("release/export-metadata", "description"),
  "release/server-build": badRelease("release/server-build"),
  "release/no-log-files": badRelease("release/no-log-files"),
  "release/signature": badRelease("release/signature"),
  "release/reproducible": badRelease("release/reproducible"),
  "release/checksums": badRelease("release/checksums"),
  "release/checksums as-tried": badRelease("release/checksums", "as-tried"),
  "scan/dependencies": badScan("dependencies"),
  "scan/images": badScan("image"),
  "checklist/pre-deployment-closed": failedItem,
  "checklist/no-blocker": failedItem,
  "checklist/go-decision": failedItem,
  "checklist/evidence": change(() => ({
    evidence: [
      { file: "records/production/evidence/a.json", problems: ["The signature is not valid."], closed: [] },
    ],
  })),
};

export const OTHER_COMMIT = COMMIT.replaceAll("a", "b");
