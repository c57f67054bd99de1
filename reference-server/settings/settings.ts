import type { Environment } from "../../components/shared/environments.ts";
import { InputError } from "../../components/shared/errors.ts";
import * as section from "./sections.ts";
import { type Env, SettingsReader } from "./settings-reader.ts";

/** The server configuration: the 119 variables, typed and grouped. */
export type Settings = ReturnType<typeof readSections> & {
  readonly environment: Environment;
  /** One warning per unknown GODOT_* variable. */
  readonly unknownVariableWarnings: readonly string[];
};

function readSections(reader: SettingsReader) {
  return {
    http: section.readHttpSettings(reader),
    lifecycle: section.readLifecycleSettings(reader),
    debugging: section.readDebuggingSettings(reader),
    access: section.readAccessSettings(reader),
    intrusion: section.readIntrusionSettings(reader),
    limits: section.readRateLimitSettings(reader),
    tls: section.readTlsSettings(reader),
    scenes: section.readSceneSettings(reader),
    database: section.readDatabaseSettings(reader),
    redis: section.readRedisSettings(reader),
    monitoring: section.readMonitoringSettings(reader),
    telemetry: section.readTelemetrySettings(reader),
    mesh: section.readMeshSettings(reader),
    performance: section.readPerformanceSettings(reader),
    logging: section.readLoggingSettings(reader),
    backup: section.readBackupSettings(reader),
    features: section.readFeatureSettings(reader),
  };
}

/**
 * Reads the settings from an environment. Absent settings have the catalogue's default for `GODOT_ENV`.
 * @throws InputError with all problems; it contains no secret.
 */
export function readSettings(env: Env): Settings {
  const reader = new SettingsReader(env);
  const sections = readSections(reader);
  validateAcrossFields(reader, sections);
  if (reader.problems.length > 0) throw new InputError("Invalid server configuration:", reader.problems);
  return {
    ...sections,
    environment: reader.environment,
    unknownVariableWarnings: reader.describeUnknownVariables(),
  };
}

/** The names of all variables that `readSettings` reads. */
export function listVariablesRead(): ReadonlySet<string> {
  const reader = new SettingsReader({});
  readSections(reader);
  return reader.readNames;
}

/** Cross-field validation. */
function validateAcrossFields(
  reader: SettingsReader,
  { features, performance, monitoring, ...rest }: ReturnType<typeof readSections>,
): void {
  const { latencyBucketsMs: buckets } = monitoring;
  if (buckets.some((bucket, index) => bucket <= (buckets[index - 1] ?? 0))) {
    reader.addProblem(
      "GODOT_METRICS_LATENCY_BUCKETS_MS",
      "must be ascending",
      "Sort the buckets and remove duplicates.",
      buckets.join(","),
    );
  }
  if (features.batch && !features.jobs) {
    reader.addProblem(
      "GODOT_FEATURE_BATCH_OPERATIONS_ROUTER",
      "requires GODOT_FEATURE_JOB_ROUTER, which is disabled",
      "Enable both, or disable this one.",
      "true",
    );
  }
  if (performance.criticalFps > performance.alertFps) {
    reader.addProblem(
      "GODOT_FPS_CRITICAL_THRESHOLD",
      `must not exceed GODOT_FPS_ALERT_THRESHOLD (${performance.alertFps})`,
      "Lower it, or raise GODOT_FPS_ALERT_THRESHOLD.",
      String(performance.criticalFps),
    );
  }
  validateDistinctPorts(reader, rest);
}

function validateDistinctPorts(
  reader: SettingsReader,
  { http, telemetry, debugging }: Pick<ReturnType<typeof readSections>, "http" | "telemetry" | "debugging">,
): void {
  const taken: readonly (readonly [string, number, boolean])[] = [
    ["GODOT_HTTP_PORT", http.port, http.enabled],
    ["GODOT_TELEMETRY_PORT", telemetry.port, telemetry.enabled],
    ["GODOT_DAP_PORT", debugging.dapPort, debugging.adaptersEnabled],
    ["GODOT_LSP_PORT", debugging.lspPort, debugging.adaptersEnabled],
  ];
  const used = taken.filter(([, , on]) => on);
  for (const [name, port] of used) {
    const first = used.find(([, other]) => other === port);
    if (first === undefined || first[0] === name) continue;
    reader.addProblem(name, `must differ from ${first[0]}`, "Change one of the two ports.", String(port));
  }
}
