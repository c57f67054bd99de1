/** A number or setting of a seed document. */
export interface NumberRow {
  /** Document and line, such as `002:14`. */
  readonly at: string;
  readonly says: string;
  readonly fact: string;
  /** The value of the document as the fact would show it, or a predicate for a bound. */
  readonly expected: string | number | ((actual: string | number) => boolean);
  /** Why the product differs; required exactly where it does. */
  readonly reason?: string;
}

const atLeast = (least: number) => (actual: string | number) => Number(actual) >= least;
const includesAll =
  (...names: readonly string[]) =>
  (actual: string | number) =>
    names.every((name) => String(actual).split(", ").includes(name));

export const NUMBERS: readonly NumberRow[] = [
  { at: "002:14", says: "119 environment variables", fact: "variables", expected: 119 },
  { at: "002:36", says: "GODOT_ENABLE_HTTP_API=true", fact: "httpApi", expected: "true" },
  { at: "002:37", says: "GODOT_ENV=production", fact: "environmentName", expected: "production" },
  { at: "002:38", says: "GODOT_HTTP_PORT=8080", fact: "httpPort", expected: "8080" },
  { at: "002:47", says: "28 validation checks of the configuration", fact: "configChecks", expected: 28 },
  { at: "002:57", says: "6 autoloads", fact: "autoloads", expected: 6 },
  {
    at: "002:58",
    says: "production scene only on the whitelist",
    fact: "whitelist",
    expected: "res://vr_main.tscn",
  },
  { at: "002:73", says: "self-signed RSA certificate of 4096 bits", fact: "rsaBits", expected: "4096" },
  { at: "002:73", says: "365 days of validity", fact: "certificateDays", expected: 365 },
  { at: "002:77", says: "13 secrets", fact: "secrets", expected: 13 },
  { at: "002:81", says: "32 random bytes each", fact: "secretBytes", expected: "32" },
  {
    at: "002:84",
    says: "9 Secret objects",
    fact: "secretObjects",
    expected: 9,
    reason:
      "The internal certificates are four Secrets, one for each namespace that has any, instead of one; the other eight are those of the document.",
  },
  {
    at: "002:84",
    says: "3 namespaces with Secrets",
    fact: "secretNamespaces",
    expected: 3,
    reason:
      "The node exporter's certificate is in a fourth namespace, because only that one permits reading host directories.",
  },
  { at: "002:151", says: "34 system checks", fact: "systemChecks", expected: 34 },
  { at: "002:157", says: "8 features validated", fact: "features", expected: 8 },
  {
    at: "002:209",
    says: "7 automated checks after a deployment",
    fact: "verifyChecks",
    expected: 7,
    reason: "Seed 003 lists ten checks; its seven automated ones are among them.",
  },
  { at: "003:235", says: "10 checks after a deployment", fact: "verifyChecks", expected: 10 },
  { at: "000:199", says: "10 smoke tests", fact: "smokeTests", expected: 10 },
  {
    at: "000:342",
    says: "smoke tests within 5 minutes (300 s)",
    fact: "suiteSeconds",
    expected: (actual) => Number(actual) <= 300,
  },
  { at: "000:294", says: "25+ alert rules", fact: "alerts", expected: atLeast(25) },
  {
    at: "000:299",
    says: "4 dashboards",
    fact: "dashboards",
    expected: 4,
    reason: "One more: an overview for daily operation.",
  },
  { at: "000:98", says: "125+ checklist items", fact: "items", expected: atLeast(125) },
  {
    at: "000:102",
    says: "65 items before a deployment",
    fact: "derivedBefore",
    expected: 65,
    reason: "The sections that the document lists add up to 75.",
  },
  { at: "000:112", says: "25 steps of the execution", fact: "derivedDuring", expected: 25 },
  { at: "000:120", says: "35 checks after a deployment", fact: "derivedAfter", expected: 35 },
  {
    at: "003:14",
    says: "142 checkboxes, and six choices that are one item each",
    fact: "deploymentChecklistItems",
    expected: atLeast(142),
  },
  { at: "003:316", says: "4 signatures of a deployment", fact: "deploymentSignOffs", expected: 4 },
  { at: "000:652", says: "5 signatures of a package", fact: "packageSignOffs", expected: 5 },
  { at: "003:97", says: "300 requests per minute in total", fact: "globalLimit", expected: "300" },
  { at: "003:98", says: "10 to 30 scene requests per minute", fact: "sceneLimits", expected: "10–30" },
  { at: "003:99", says: "100 status requests per minute", fact: "statusLimit", expected: "100" },
  { at: "003:113", says: "port 8081 for telemetry", fact: "telemetryPort", expected: "8081" },
  { at: "003:113", says: "port 8087 for discovery", fact: "discoveryPort", expected: "8087" },
  {
    at: "003:63",
    says: "audit logging temporarily disabled",
    fact: "audit",
    expected: "false",
    reason:
      "The audit log is on: it is stored apart from the other logs, and losing records raises an alert.",
  },
  {
    at: "000:336",
    says: "debug adapter and language server (DAP/LSP) integrated",
    fact: "debugAdapters",
    expected: "true",
    reason: "Both execute code for every client that reaches them, so they are closed outside local.",
  },
  {
    at: "003:300",
    says: "phase 2 routers enabled in week 1",
    fact: "webhookRouter",
    expected: "true",
    reason:
      "Off until the first week after a deployment, as the document plans; a checklist item asks for them then.",
  },
  {
    at: "000:269",
    says: "nine kinds of Kubernetes objects",
    fact: "kinds",
    expected: includesAll(
      "ConfigMap",
      "Deployment",
      "HorizontalPodAutoscaler",
      "Ingress",
      "Namespace",
      "NetworkPolicy",
      "PersistentVolumeClaim",
      "Secret",
      "Service",
    ),
  },
  {
    at: "000:249",
    says: "3 environments",
    fact: "environments",
    expected: 3,
    reason:
      "Four: `package` is what the release package renders for other clusters; `local` is the development environment.",
  },
  {
    at: "003:193",
    says: "endpoints /health, /status, /performance, /scene, /metrics",
    fact: "endpoints",
    expected: atLeast(5),
  },
  { at: "000:609", says: "250+ unit tests", fact: "unitTests", expected: atLeast(250) },
  { at: "000:609", says: "50+ integration tests", fact: "endToEndTests", expected: atLeast(50) },
  { at: "000:18", says: "17+ operational guides", fact: "guides", expected: atLeast(17) },
];
