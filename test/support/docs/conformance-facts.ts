import { globSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { items } from "../../../checklist/items/index.ts";
import { CHECKS } from "../../../components/config/checks/index.ts";
import { VARIABLES } from "../../../components/config/variables/index.ts";
import { AUTOLOADS } from "../../../components/config/variables/lifecycle.ts";
import { DASHBOARD_SPECS } from "../../../components/monitoring/dashboards/index.ts";
import { ENVIRONMENTS } from "../../../components/shared/environments.ts";
import { SECRET_NAMES } from "../../../components/shared/secret-names.ts";
import type { Plan } from "../../../plan/plan.ts";
import { RULES } from "../../../policy/rules/index.ts";
import { SUITE_TIMEOUT_MS } from "../../../probes/run-suite.ts";
import { SUITE_CHECKS } from "../../../probes/suites.ts";
import { findResource } from "../plans.ts";

/** The plans that the facts are counted in. */
export interface ConformancePlans {
  readonly production: Plan;
  readonly local: Plan;
  readonly package: Plan;
}

/** What the product has, counted from its code and its plans. */
export type Facts = Readonly<Record<string, string | number>>;

function inputsOf(plan: Plan, type: string): readonly Record<string, unknown>[] {
  return plan.resources.filter((resource) => resource.type === type).map(({ inputs }) => inputs as never);
}

function uniqueJoined(values: readonly unknown[]): string {
  return [...new Set(values.map(String))].sort().join(", ");
}

/** The variables of the game server in production, without secrets. */
function productionVariables(plan: Plan): Readonly<Record<string, string>> {
  return (findResource(plan, "game-server-environment").inputs as { data: Record<string, string> }).data;
}

function countAlerts(plan: Plan): number {
  const { data } = findResource(plan, "monitoring-prometheus-config").inputs as {
    data: Record<string, string>;
  };
  const { groups } = parse(data["rules.yml"] ?? "") as { groups: { rules: { alert?: string }[] }[] };
  return groups.flatMap(({ rules }) => rules).filter(({ alert }) => alert !== undefined).length;
}

function countTests(pattern: string): number {
  return globSync(pattern)
    .map((file) => readFileSync(file, "utf8").match(/^\s*test(\.each\([\s\S]*?\))?\(/gm)?.length ?? 0)
    .reduce((sum, count) => sum + count, 0);
}

function kubernetesKinds(plan: Plan): readonly string[] {
  const kinds = plan.resources
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ type }) => type.split(":").at(-1) ?? "");
  const hasClaims = plan.resources.some(({ inputs }) =>
    JSON.stringify(inputs).includes("volumeClaimTemplates"),
  );
  return [...new Set([...kinds, ...(hasClaims ? ["PersistentVolumeClaim"] : [])])].sort();
}

function secretFacts({ local }: ConformancePlans): Facts {
  const secrets = inputsOf(local, "kubernetes:core/v1:Secret").map(
    ({ metadata }) => metadata as { name: string; namespace: string },
  );
  return {
    secrets: SECRET_NAMES.length,
    secretBytes: uniqueJoined(
      inputsOf(local, "random:index/randomBytes:RandomBytes").map(({ length }) => length),
    ),
    secretObjects: secrets.length,
    secretNamespaces: new Set(secrets.map(({ namespace }) => namespace)).size,
    rsaBits: uniqueJoined(
      inputsOf(local, "tls:index/privateKey:PrivateKey").flatMap(({ rsaBits }) => rsaBits ?? []),
    ),
    certificateDays:
      Number(
        inputsOf(local, "tls:index/selfSignedCert:SelfSignedCert").find(
          ({ isCaCertificate }) => isCaCertificate !== true,
        )?.validityPeriodHours,
      ) / 24,
  };
}

function checklistFacts(): Facts {
  const derived = (phase: string) =>
    items.filter((item) => item.source.kind === "derived" && item.phase === phase).length;
  const lines = items.flatMap(({ source, mergedFrom }) => [source, ...mergedFrom]);
  return {
    items: items.length,
    derivedBefore: derived("pre-deployment"),
    derivedDuring: derived("deployment"),
    derivedAfter: derived("post-deployment"),
    deploymentChecklistItems: lines.filter((one) => one.kind === "seed" && one.document === "003").length,
    deploymentSignOffs: items.filter(({ section }) => section === "sign-off.deployment").length,
    packageSignOffs: items.filter(({ section }) => section === "sign-off.package").length,
    policyRules: RULES.length,
  };
}

/** Counts every fact of the conformance page. */
export function collectFacts(plans: ConformancePlans): Facts {
  const variables = productionVariables(plans.production);
  const paths = parse(readFileSync("reference-server/contract/openapi.yaml", "utf8")) as { paths: object };
  const value = (name: string): string => variables[name] ?? "unset";
  return {
    ...secretFacts(plans),
    ...checklistFacts(),
    variables: VARIABLES.size,
    configChecks: CHECKS.length,
    autoloads: AUTOLOADS.length,
    verifyChecks: SUITE_CHECKS.verify.length,
    smokeTests: SUITE_CHECKS.smoke.length,
    systemChecks: SUITE_CHECKS.health.length,
    features: SUITE_CHECKS.features.length,
    attacks: SUITE_CHECKS.security.length,
    suiteSeconds: SUITE_TIMEOUT_MS / 1000,
    alerts: countAlerts(plans.production),
    dashboards: DASHBOARD_SPECS.length,
    environments: ENVIRONMENTS.length,
    kinds: kubernetesKinds(plans.package).join(", "),
    endpoints: Object.keys(paths.paths).length,
    httpPort: value("GODOT_HTTP_PORT"),
    telemetryPort: value("GODOT_TELEMETRY_PORT"),
    discoveryPort: value("GODOT_DISCOVERY_PORT"),
    httpApi: value("GODOT_ENABLE_HTTP_API"),
    environmentName: value("GODOT_ENV"),
    whitelist: value("GODOT_SCENE_WHITELIST"),
    audit: value("GODOT_AUDIT_ENABLED"),
    debugAdapters: value("GODOT_DEBUG_ADAPTERS_ENABLED"),
    globalLimit: value("GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE"),
    sceneLimits: `${value("GODOT_RATE_LIMIT_SCENE_WRITE_PER_MINUTE")}–${value("GODOT_RATE_LIMIT_SCENE_READ_PER_MINUTE")}`,
    statusLimit: value("GODOT_RATE_LIMIT_STATUS_PER_MINUTE"),
    webhookRouter: value("GODOT_FEATURE_WEBHOOK_ROUTER"),
    unitTests: countTests("test/{[!e],e[!2]}*/**/*.test.ts"),
    endToEndTests: countTests("test/e2e/**/*.test.ts"),
    guides: globSync("docs/*.md").length + globSync("docs/reference/*.md").length,
    runbooks: globSync("docs/runbooks/*.md").length,
  };
}
