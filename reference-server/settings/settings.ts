import type { Environment } from "../../components/shared/environments.ts";
import { InputError } from "../../components/shared/errors.ts";
import * as section from "./sections.ts";
import { type Env, SettingsReader } from "./settings-reader.ts";

/** Everything that the server is configured by: the 119 variables, typed, by subject. */
export type Settings = ReturnType<typeof readSections> & {
  readonly environment: Environment;
  /** Variables that look meant for the server and are none of its own: a line of warning each. */
  readonly unknown: readonly string[];
};

function readSections(read: SettingsReader) {
  return {
    http: section.readHttpSettings(read),
    lifecycle: section.readLifecycleSettings(read),
    debugging: section.readDebuggingSettings(read),
    access: section.readAccessSettings(read),
    intrusion: section.readIntrusionSettings(read),
    limits: section.readRateLimitSettings(read),
    tls: section.readTlsSettings(read),
    scenes: section.readSceneSettings(read),
    database: section.readDatabaseSettings(read),
    redis: section.readRedisSettings(read),
    monitoring: section.readMonitoringSettings(read),
    telemetry: section.readTelemetrySettings(read),
    mesh: section.readMeshSettings(read),
    performance: section.readPerformanceSettings(read),
    logging: section.readLoggingSettings(read),
    backup: section.readBackupSettings(read),
    features: section.readFeatureSettings(read),
  };
}

/**
 * The settings in an environment. Absent settings have the catalogue's default for `GODOT_ENV`.
 * @throws InputError with every problem at once; no secret stands in it.
 */
export function readSettings(env: Env): Settings {
  const read = new SettingsReader(env);
  const sections = readSections(read);
  validateAcrossFields(read, sections);
  if (read.problems.length > 0)
    throw new InputError("The server's environment cannot be used:", read.problems);
  return { ...sections, environment: read.environment, unknown: read.describeUnknownVariables() };
}

/** The names that `readSettings` asks for, whatever their values. */
export function listVariablesRead(): ReadonlySet<string> {
  const read = new SettingsReader({});
  readSections(read);
  return read.readNames;
}

/** Rules that no single variable can state. */
function validateAcrossFields(
  read: SettingsReader,
  { features, performance, monitoring, ...rest }: ReturnType<typeof readSections>,
): void {
  const { latencyBucketsMs: buckets } = monitoring;
  if (buckets.some((bucket, index) => bucket <= (buckets[index - 1] ?? 0))) {
    read.addProblem(
      "GODOT_METRICS_LATENCY_BUCKETS_MS",
      "must be ascending",
      "Sort it and leave doubles out.",
      buckets.join(","),
    );
  }
  if (features.batch && !features.jobs) {
    read.addProblem(
      "GODOT_FEATURE_BATCH_OPERATIONS_ROUTER",
      "needs GODOT_FEATURE_JOB_ROUTER, which is off",
      "Switch both on, or this one off.",
      "true",
    );
  }
  if (performance.criticalFps > performance.alertFps) {
    read.addProblem(
      "GODOT_FPS_CRITICAL_THRESHOLD",
      `must not be above GODOT_FPS_ALERT_THRESHOLD, which is ${performance.alertFps}`,
      "Lower it, or raise the other.",
      String(performance.criticalFps),
    );
  }
  validateDistinctPorts(read, rest);
}

function validateDistinctPorts(
  read: SettingsReader,
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
    read.addProblem(
      name,
      `must not be the port of ${first[0]}`,
      "Give one of them another port.",
      String(port),
    );
  }
}
